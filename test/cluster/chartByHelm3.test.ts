import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { bundle } from '../../scripts/bundle.ts'
import { everything } from '../chart/everything.ts'
import { chart, rendered } from '../chart/helm.ts'
import { type ApiClient, apply, type Json, succeed } from './apiClient.ts'
import { type ControlPlane, startControlPlane } from './controlPlane.ts'
import { installGatewayApi } from './gatewayApi.ts'
import type {} from './globalSetup.ts'
import { httpsClient } from './httpsClient.ts'
import {
  accountKubeconfig,
  eventually,
  find,
  helmOn,
  type Programs,
  type RunningController,
  startInstalled,
  uninstallRelease,
} from './installation.ts'
import { credentialsOf } from './kubeconfig.ts'
import { behaviourOf } from './podBehaviour.ts'
import { type PretendedPods, pretendPods } from './pretendedPods.ts'

/** The life of a release by helm 3, on a cluster of its own, and what its account may do in the API server's own words. The rest is in chart.test.ts. */

const release = ['serin', '-n', 'serin-system']
const rollouts = '/apis/serin.dev/v1alpha1/namespaces/shop/rollouts'
const deployments = '/apis/apps/v1/namespaces'

let controlPlane: ControlPlane
let pods: PretendedPods
let admin: ApiClient
let programs: Programs
let controller: RunningController | undefined

// The control plane of KUBECONFIG is not ours to install into.
const own = test.skipIf(inject('clusterKind') === 'given')

beforeAll(async () => {
  if (inject('clusterKind') === 'given') return
  const dir = await mkdtemp(join(tmpdir(), 'serin-chart-'))
  const image = join(dir, 'image')
  await bundle(image)
  controlPlane = await startControlPlane()
  programs = { image, dir, controlPlane }
  admin = controlPlane.client()
  await installGatewayApi(admin)
  const guard = (pod: Json) => pod.metadata.labels?.['app.kubernetes.io/component'] === 'uninstall'
  pods = await pretendPods(admin, { behaviour: (pod) => (guard(pod) ? { becomes: 'running' } : behaviourOf(pod, 100)) })
  for (const name of ['serin-system', 'shop'])
    await apply(admin, `/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}, 300_000)

afterAll(async () => {
  await controller?.stop()
  await pods?.stop()
  await controlPlane?.stop()
  if (programs) await rm(programs.dir, { recursive: true })
})

const helm3 = (...args: string[]) => helmOn(programs, args, 3)
const deployment = (namespace: string, name: string) => find(admin, `${deployments}/${namespace}/deployments/${name}`)
const flags = async (): Promise<string[]> => (await deployment('serin-system', 'serin'))?.spec.template.spec.containers[0].args
const status = async () => (await find(admin, `${rollouts}/shop`))?.status

interface Rule {
  apiGroups?: string[]
  resources?: string[]
  verbs: string[]
  resourceNames?: string[]
}

/** One line for each verb on each resource. */
function lines(rules: readonly Rule[]): string[] {
  const all = rules.flatMap(({ apiGroups = [], resources = [], verbs, resourceNames = [''] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${group}/${resource} ${name}`.trim()))),
    ),
  )
  return [...new Set(all)].sort()
}

/** What `kubectl auth can-i --list` shows the controller's account in a namespace, without what Kubernetes lets everybody ask about himself. */
async function may(namespace: string): Promise<string[]> {
  const { url, ...credentials } = credentialsOf(await accountKubeconfig(programs, 'serin-system', 'serin'))
  const account = httpsClient(url, credentials)
  try {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
    const { status } = await succeed(account, { method: 'POST', path, body })
    expect(status.incomplete).toBe(false)
    return lines(status.resourceRules).filter((line) => !/^create \S+\/selfsubject\w*reviews$/.test(line))
  } finally {
    account.close()
  }
}

const files = async (...names: string[]): Promise<string[]> =>
  lines((await Promise.all(names.map(async (name) => parse(await readFile(join(chart, `files/rights/${name}.yaml`), 'utf8'))))).flat())

/** Where objects of a kind are made, as discovery says; undefined: the API server has no such kind. */
async function placeOf({ apiVersion, kind, metadata }: Json): Promise<string | undefined> {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const { resources } = (await find(admin, root)) ?? {}
  const found = resources?.find((one: Json) => one.kind === kind && !one.name.includes('/'))
  return found && `${root}${found.namespaced ? `/namespaces/${metadata.namespace ?? 'serin-system'}` : ''}/${found.name}`
}

own('with every switch on, the API server takes every object of the chart, strictly', { timeout: 240_000 }, async () => {
  const objects = [...(await rendered({ version: 3 })), ...(await rendered({ values: everything, version: 3 }))]
  const unknown: string[] = []
  for (const object of objects) {
    const place = await placeOf(object)
    if (place === undefined) unknown.push(`${object.apiVersion} ${object.kind}`)
    else {
      const path = `${place}?dryRun=All&fieldValidation=Strict`
      const { status, json } = await admin.send({ method: 'POST', path, body: object })
      const { kind, metadata } = object
      expect({ kind, name: metadata.name, status, said: json.message }).toEqual({ kind, name: metadata.name, status: 201, said: undefined })
    }
  }
  // Of the Prometheus operator, which is not here; for the controller and the dashboard.
  const operators = ['PodMonitor', 'PodMonitor', 'PrometheusRule', 'ServiceMonitor', 'ServiceMonitor'].map(
    (kind) => `monitoring.coreos.com/v1 ${kind}`,
  )
  expect(unknown.sort()).toEqual(operators)
})

own('helm 3 installs it, and the controller leads as its account', { timeout: 180_000 }, async () => {
  expect(await helm3('install', ...release, chart, '--wait', '--timeout', '60s')).toMatchObject({ code: 0 })
  const installed = await deployment('serin-system', 'serin')
  expect(installed?.status.readyReplicas).toBe(2)
  controller = await startInstalled(programs, installed)
  await eventually('it leads', async () =>
    (await find(admin, '/apis/coordination.k8s.io/v1/namespaces/serin-system/leases/serin'))?.spec.holderIdentity?.startsWith('serin-pod_'),
  )
})

own('the API server lists exactly the rights that the chart has files for: no wildcard, no Secret', { timeout: 60_000 }, async () => {
  const [shop, system] = [await may('shop'), await may('serin-system')]
  expect(shop).toEqual(await files('controller', 'cluster'))
  expect(system).toEqual(await files('controller', 'cluster', 'lease'))
  expect([...shop, ...system].filter((line) => /\*|secrets|jobs/.test(line))).toEqual([])
})

own('Secrets and Jobs only in the namespaces that are named, Secrets only to be read one by one', { timeout: 120_000 }, async () => {
  const upgraded = await helm3('upgrade', ...release, chart, '--set', 'analysisNamespaces={shop},workers=20', '--wait', '--timeout', '60s')
  expect(upgraded).toMatchObject({ code: 0 })
  expect(await flags()).toContain('--workers=20')
  await eventually('the right is there', async () => (await may('shop')).includes('get /secrets'))
  expect(await may('shop')).toEqual(await files('controller', 'cluster', 'analysis'))
  expect((await may('shop')).filter((line) => line.endsWith('/secrets'))).toEqual(['get /secrets'])
  expect((await may('default')).filter((line) => /secrets|jobs/.test(line))).toEqual([])
})

own('helm 3 rolls back: the flags and the rights of before', { timeout: 120_000 }, async () => {
  expect(await helm3('rollback', ...release, '1', '--wait', '--timeout', '60s')).toMatchObject({ code: 0 })
  expect(await flags()).toContain('--workers=10')
  await eventually('the right is gone', async () => !(await may('shop')).includes('get /secrets'))
})

own('helm 3 uninstalls it only when no run is under way; the workload stays', { timeout: 480_000 }, async () => {
  const text = await readFile(join(import.meta.dirname, '../../examples/quick-start.yaml'), 'utf8')
  const app = parseAllDocuments(text).map((document) => document.toJS())
  const places: Record<string, string> = { Deployment: `${deployments}/shop/deployments`, Service: '/api/v1/namespaces/shop/services' }
  for (const object of app) if (places[object.kind]) await apply(admin, `${places[object.kind]}/${object.metadata.name}`, object)
  const spec = { workload: { kind: 'Deployment', name: 'checkout' }, canary: { steps: [{ weight: 50 }, { pause: {} }] } }
  await apply(admin, `${rollouts}/shop`, { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', metadata: { name: 'shop' }, spec })
  await eventually('it is ready', async () => (await status())?.phase === 'Healthy')
  await admin.send({
    method: 'PATCH',
    path: `${deployments}/shop/deployments/checkout`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:1.29-alpine' }] } } } },
  })
  await eventually('it waits for somebody', async () => (await status())?.phase === 'Paused', 120_000)

  const refused = await uninstallRelease(programs, pods, release, 3)
  expect(refused.code).not.toBe(0)
  expect(refused.guard).toContain('shop')
  expect(await deployment('serin-system', 'serin')).toBeDefined()
  // What docs/guides/install.md says of a release whose uninstalling was refused.
  expect(await helm3('upgrade', ...release, chart)).toMatchObject({ code: 1, stderr: expect.stringContaining('has no deployed releases') })
  const history = JSON.parse((await helm3('history', ...release, '-o', 'json')).stdout)
  expect(await helm3('rollback', ...release, String(history.at(-1).revision))).toMatchObject({ code: 0 })
  expect(await helm3('upgrade', ...release, chart)).toMatchObject({ code: 0 })

  await succeed(admin, {
    method: 'POST',
    path: '/apis/serin.dev/v1alpha1/namespaces/shop/rolloutcommands',
    body: {
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'RolloutCommand',
      metadata: { generateName: 'shop-' },
      spec: { rollout: 'shop', action: 'promoteFull' },
    },
  })
  await eventually('it is promoted', async () => (await status())?.phase === 'Healthy', 120_000)
  expect(await uninstallRelease(programs, pods, release, 3)).toMatchObject({ code: 0 })
  expect(await deployment('serin-system', 'serin')).toBeUndefined()
  expect((await deployment('shop', 'checkout'))?.spec).toMatchObject({
    template: { spec: { containers: [{ image: 'nginx:1.29-alpine' }] } },
  })
  expect((await deployment('shop', 'checkout'))?.spec.paused).toBeUndefined()
})
