import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { bundle } from '../../scripts/bundle.ts'
import { chart } from '../chart/helm.ts'
import { type ApiClient, apply, type Json, succeed } from './apiClient.ts'
import { type ControlPlane, startControlPlane } from './controlPlane.ts'
import { installGatewayApi } from './gatewayApi.ts'
import type {} from './globalSetup.ts'
import {
  eventually,
  find,
  helmOn,
  type Programs,
  type RunningController,
  runProgram,
  startDashboard,
  startInstalled,
  uninstallRelease,
} from './installation.ts'
import { behaviourOf } from './podBehaviour.ts'
import { type PretendedGateway, pretendGateway } from './pretendedGateway.ts'
import { type PretendedPods, pretendPods } from './pretendedPods.ts'
import { testUsers, type UserName } from './users.ts'

/**
 * The chart on a cluster of its own, from `helm install` to `helm uninstall`. No kubelet is there: pods are pretended, and what the
 * controller's and the guard's pod would run is run beside the cluster, from the bundle that the image holds, with the arguments of the
 * rendered pod and a token of its ServiceAccount.
 */

const release = ['serin', '-n', 'serin-system']
const rollouts = '/apis/serin.dev/v1alpha1/namespaces/shop/rollouts'
const apps = '/apis/apps/v1/namespaces'
const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

let controlPlane: ControlPlane
let pods: PretendedPods
let gateway: PretendedGateway
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
  // The guard's pod ends as its program does, which the test runs.
  const guard = (pod: Json) => pod.metadata.labels?.['app.kubernetes.io/component'] === 'uninstall'
  pods = await pretendPods(admin, { behaviour: (pod) => (guard(pod) ? { becomes: 'running' } : behaviourOf(pod, 100)) })
  gateway = await pretendGateway(admin)
  for (const name of ['serin-system', 'shop', 'team-a', 'team-b', 'blue', 'green'])
    await apply(admin, `/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop'
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' }
  const bind = async (name: string, kind: string, role: string, user: string) =>
    apply(admin, `${roles}/rolebindings/${name}`, {
      ...rbac,
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    })
  const rules = [{ apiGroups: ['serin.dev'], resources: ['rollouts'], resourceNames: ['checkout'], verbs: ['promote', 'promoteFull'] }]
  await apply(admin, `${roles}/roles/promoter`, { ...rbac, kind: 'Role', metadata: { name: 'promoter' }, rules })
  await bind('anna-edits', 'ClusterRole', 'edit', 'anna')
  await bind('anna-promotes', 'Role', 'promoter', 'anna')
  await bind('ben-edits', 'ClusterRole', 'edit', 'ben')
}, 300_000)

afterAll(async () => {
  await controller?.stop()
  await Promise.all([pods?.stop(), gateway?.stop()])
  await controlPlane?.stop()
  if (programs) await rm(programs.dir, { recursive: true })
})

const deployment = (namespace: string, name: string) => succeed(admin, { method: 'GET', path: `${apps}/${namespace}/deployments/${name}` })
const rollout = () => succeed(admin, { method: 'GET', path: `${rollouts}/checkout` })
/** Its pod is the one that the lease names. */
const leads = () =>
  eventually('it leads', async () => {
    const lease = await find(admin, '/apis/coordination.k8s.io/v1/namespaces/serin-system/leases/serin')
    return lease?.spec.holderIdentity?.startsWith('serin-pod_')
  })
/** The condition Ready of the example in a namespace, if it is there already. */
async function readyOf(namespace: string): Promise<Json[]> {
  const { status } = await succeed(admin, { method: 'GET', path: `/apis/serin.dev/v1alpha1/namespaces/${namespace}/rollouts/checkout` })
  return (status?.conditions ?? []).filter(({ type }: Json) => type === 'Ready')
}
const as = (user: 'anna' | 'ben', ...args: string[]) =>
  runProgram(programs, ['/serin/serin.mjs', ...args], controlPlane.kubeconfigFor(user))

/** Logs in at the dashboard by the person's token of the API server, as the page does. */
async function logIn(url: string, user: UserName) {
  const headers = { origin: url, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/login/token`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token: testUsers[user].token }),
  })
  const { csrf, user: who } = (await answer.json()) as Json
  expect(who).toMatchObject({ name: user })
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const ask = async (path: string, init: RequestInit) => {
    const answer = await fetch(`${url}/api/v1/${path}`, init)
    return { status: answer.status, json: async () => (await answer.json()) as Json }
  }
  return {
    get: (path: string) => ask(path, { headers: { cookie } }),
    post: (path: string, body: object) =>
      ask(path, { method: 'POST', headers: { ...headers, cookie, 'x-csrf-token': csrf }, body: JSON.stringify(body) }),
  }
}

async function setImage(image: string): Promise<void> {
  await controlPlane.client('anna').send({
    method: 'PATCH',
    path: `${apps}/shop/deployments/checkout`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
  })
}

async function applyExample(client: ApiClient, namespace: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, '../../examples/quick-start.yaml'), 'utf8')
  const plurals: Record<string, string> = {
    Deployment: '/apis/apps/v1/namespaces/NS/deployments',
    Service: '/api/v1/namespaces/NS/services',
    HTTPRoute: '/apis/gateway.networking.k8s.io/v1/namespaces/NS/httproutes',
    Rollout: '/apis/serin.dev/v1alpha1/namespaces/NS/rollouts',
  }
  for (const object of parseAllDocuments(text).map((document) => document.toJS())) {
    await apply(client, `${plurals[object.kind]?.replace('NS', namespace)}/${object.metadata.name}`, object)
  }
}

own('helm install: two replicas become ready, and a controller with their arguments and account leads', { timeout: 120_000 }, async () => {
  const { code, stdout, stderr } = await helmOn(programs, ['install', ...release, chart, '--wait', '--timeout', '60s'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) })
  expect(stdout).toContain('Serin 0.1.0 looks after the Rollouts of all namespaces')
  expect(stdout).not.toContain('held by pausing')
  const installed = await deployment('serin-system', 'serin')
  expect(installed.status.readyReplicas).toBe(2)
  controller = await startInstalled(programs, installed)
  await leads()
})

own(
  'the example is released by somebody with the role edit and one verb; who lacks the verb is refused',
  { timeout: 180_000 },
  async () => {
    await eventually('edit has the kinds', async () => {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
      const spec = { resourceAttributes: { namespace: 'shop', group: 'serin.dev', resource: 'rollouts', verb: 'create' } }
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }
      return (await succeed(controlPlane.client('anna'), { method: 'POST', path, body })).status.allowed
    })
    // Routes are not of the role edit, whose rules are Kubernetes' own.
    await applyExample(admin, 'shop')
    await eventually('it is ready', async () => (await readyOf('shop')).some(({ status }) => status === 'True'))
    await setImage('nginx:1.29-alpine')
    await eventually('it waits for somebody', async () => (await rollout()).status?.phase === 'Paused')
    const refused = await as('ben', 'promote', 'checkout', '-n', 'shop')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ben may not promote rollout checkout') })
    const promoted = await as('anna', 'promote', 'checkout', '--full', '-n', 'shop')
    expect(promoted).toMatchObject({ code: 0 })
    await eventually(
      'it is promoted',
      async () => {
        const { phase, run } = (await rollout()).status
        return phase === 'Healthy' && run === undefined
      },
      120_000,
    )
    const { spec, metadata } = await deployment('shop', 'checkout')
    expect(spec.template.spec.containers[0].image).toBe('nginx:1.29-alpine')
    // Held by the policies: between runs nothing is paused.
    expect({ paused: spec.paused, managed: metadata.labels['serin.dev/managed'] }).toEqual({ paused: undefined, managed: 'checkout' })
  },
)

own('every metric that the alerts and the dashboard ask for is one that the controller has', async () => {
  const scraped = (await controller?.metrics()) ?? ''
  expect(scraped).toContain('leader_election_master_status{name="serin"} 1\n')
  const exposed = new Set([...scraped.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`))
  const rules = await helmOn(programs, [
    'template',
    ...release,
    chart,
    '--set',
    'metrics.prometheusRule.enabled=true',
    '-s',
    'templates/monitoring/prometheusrule.yaml',
  ])
  const dashboard = JSON.parse(await readFile(join(chart, 'files/dashboard.json'), 'utf8'))
  const expressions: string[] = [
    ...parseAllDocuments(rules.stdout).flatMap((document) => document.toJS().spec.groups[0].rules.map(({ expr }: Json) => expr)),
    ...dashboard.panels.flatMap(({ targets }: Json) => targets.map(({ expr }: Json) => expr)),
  ]
  expect(expressions.length).toBeGreaterThan(12)
  const asked = new Set(
    expressions.flatMap((expression) => [...expression.matchAll(/([a-z_][a-z0-9_]*)\{/g)].map(([, name]) => name ?? '')),
  )
  const missing = [...asked].filter((name) => {
    const histogram = /^(.*)_(bucket|sum|count)$/.exec(name)?.[1]
    return !['counter', 'gauge'].some((type) => exposed.has(`${name} ${type}`)) && !exposed.has(`${histogram} histogram`)
  })
  expect(missing).toEqual([])
})

own(
  'the dashboard runs as its own account: people log in by a token, see what they may, and promote in their own name',
  { timeout: 180_000 },
  async () => {
    const dashboard = await startDashboard(programs, await deployment('serin-system', 'serin-dashboard'))
    try {
      await setImage('nginx:1.29-perl')
      await eventually('it waits for somebody', async () => (await rollout()).status?.phase === 'Paused')
      const [anna, ben, carla] = await Promise.all([
        logIn(dashboard.url, 'anna'),
        logIn(dashboard.url, 'ben'),
        logIn(dashboard.url, 'carla'),
      ])
      expect(await (await fetch(`${dashboard.url}/`)).text()).toContain('<div id="root">')

      const { items } = await (await anna.get('releases')).json()
      expect(items).toMatchObject([{ namespace: 'shop', name: 'checkout', phase: 'Paused' }])
      // Who may see nothing sees nothing, and is told which right is missing.
      expect(await (await carla.get('releases')).json()).toMatchObject({ items: [] })
      expect(await (await carla.get('releases/shop/checkout')).json()).toMatchObject({
        status: 403,
        missing: { verb: 'get', namespace: 'shop' },
      })

      const path = 'releases/shop/checkout/commands'
      expect(await (await ben.post(path, { action: 'promote' })).json()).toMatchObject({ status: 403, missing: { verb: 'promote' } })
      const asked = await anna.post(path, { action: 'promoteFull', reason: 'looks good' })
      expect(asked.status).toBe(201)
      const commands = await succeed(admin, { method: 'GET', path: '/apis/serin.dev/v1alpha1/namespaces/shop/rolloutcommands' })
      const ours = commands.items.filter(({ spec }: Json) => spec.reason === 'looks good')
      expect(ours).toHaveLength(1)
      // Stamped by the API server: the account of the dashboard has no part in it.
      expect(JSON.stringify(ours[0])).toContain('"anna"')
      expect(JSON.stringify(ours[0])).not.toContain('system:serviceaccount:serin-system:serin-dashboard')
      await eventually('it is promoted', async () => (await rollout()).status.run === undefined, 120_000)
      expect(await dashboard.metrics()).toContain('serin_dashboard_releases 1')
    } finally {
      await dashboard.stop()
    }
  },
)

own('helm upgrade brings newer kinds and flags, helm rollback the flags of before', { timeout: 120_000 }, async () => {
  const newer = join(programs.dir, 'newer')
  await cp(chart, newer, { recursive: true })
  const file = join(newer, 'files/crds/serin.dev_rollouts.yaml')
  const column = '        - name: Newer\n          type: string\n          jsonPath: .status.phase\n'
  const text = await readFile(file, 'utf8')
  expect(text).toContain('additionalPrinterColumns:\n')
  await writeFile(file, text.replace('additionalPrinterColumns:\n', `additionalPrinterColumns:\n${column}`))
  const columns = async (): Promise<string[]> =>
    (await succeed(admin, { method: 'GET', path: `${crd}/rollouts.serin.dev` })).spec.versions[0].additionalPrinterColumns.map(
      ({ name }: Json) => name,
    )
  const flags = async (): Promise<string[]> => (await deployment('serin-system', 'serin')).spec.template.spec.containers[0].args

  const upgraded = await helmOn(programs, ['upgrade', ...release, newer, '--set', 'workers=20', '--wait', '--timeout', '60s'])
  expect(upgraded).toMatchObject({ code: 0 })
  expect(await columns()).toContain('Newer')
  expect(await flags()).toContain('--workers=20')
  expect(await helmOn(programs, ['rollback', ...release, '1', '--wait', '--timeout', '60s'])).toMatchObject({ code: 0 })
  expect(await flags()).toContain('--workers=10')
  expect((await rollout()).status.phase).toBe('Healthy')
})

const uninstall = () => uninstallRelease(programs, pods, release)

own('helm uninstall is refused while a run is under way, with its name', { timeout: 180_000 }, async () => {
  await setImage('nginx:1.30-alpine')
  await eventually('it waits for somebody', async () => (await rollout()).status?.phase === 'Paused')
  const { code, guard } = await uninstall()
  expect(code).not.toBe(0)
  expect(guard).toContain('checkout')
  expect(await find(admin, `${apps}/serin-system/deployments/serin`)).toBeDefined()
  expect((await rollout()).status.phase).toBe('Paused')
  expect(await as('anna', 'promote', 'checkout', '--full', '-n', 'shop')).toMatchObject({ code: 0 })
  await eventually('it is promoted', async () => (await rollout()).status.run === undefined, 120_000)
})

own(
  'helm uninstall at rest takes the controller, its rights and the policies; kinds, Rollouts and workloads stay',
  { timeout: 120_000 },
  async () => {
    const { code, guard, stderr } = await uninstall()
    expect({ code, guard, stderr }).toMatchObject({ code: 0, guard: expect.stringContaining('No run is under way') })
    await controller?.stop()
    controller = undefined
    expect(await find(admin, `${apps}/serin-system/deployments/serin`)).toBeUndefined()
    const left = '?labelSelector=app.kubernetes.io/instance%3Dserin'
    for (const path of [
      '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
      '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles',
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    ])
      expect((await succeed(admin, { method: 'GET', path: `${path}${left}` })).items).toEqual([])
    expect((await rollout()).metadata.name).toBe('checkout')
    const served = await deployment('shop', 'checkout')
    expect(served.status).toMatchObject({ readyReplicas: 4, updatedReplicas: 4 })
    expect(served.spec.paused).toBeUndefined()
  },
)

own('helm 3 installs it too, and finds the kinds that stayed', { timeout: 120_000 }, async () => {
  const installed = await helmOn(programs, ['install', ...release, chart, '--wait', '--timeout', '60s'], 3)
  expect(installed).toMatchObject({ code: 0 })
  expect(installed.stdout).toContain('helm test serin')
  controller = await startInstalled(programs, await deployment('serin-system', 'serin'))
  await leads()
  await eventually('it looks after the Rollout again', async () => (await rollout()).status.phase === 'Healthy')
})

own('a release for one namespace beside one for all says on its Rollouts that the gate is not its own', { timeout: 120_000 }, async () => {
  const args = ['install', 'serin', chart, '-n', 'team-a', '--set', 'watchNamespace=team-a,crds.install=false']
  expect(await helmOn(programs, args)).toMatchObject({ code: 0 })
  const mine = await startInstalled(programs, await deployment('team-a', 'serin'))
  try {
    await applyExample(admin, 'team-a')
    const ready = await eventually('it says so', async () => (await readyOf('team-a')).find(({ reason }) => reason === 'GateNotOurs'))
    expect(ready).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/do not exempt system:serviceaccount:[a-z-]+:serin/),
    })
  } finally {
    await mine.stop()
  }
  expect(await helmOn(programs, ['uninstall', 'serin', '-n', 'team-a', '--no-hooks'])).toMatchObject({ code: 0 })
})

own(
  'two releases of one name, each for a namespace, stand beside each other with rights in theirs alone',
  { timeout: 180_000 },
  async () => {
    await controller?.stop()
    controller = undefined
    expect(await helmOn(programs, ['uninstall', ...release, '--no-hooks'])).toMatchObject({ code: 0 })
    const running: RunningController[] = []
    try {
      for (const namespace of ['blue', 'green']) {
        const args = ['install', 'serin', chart, '-n', namespace, '--set', `watchNamespace=${namespace},crds.install=false`]
        expect(await helmOn(programs, args)).toMatchObject({ code: 0 })
        running.push(await startInstalled(programs, await deployment(namespace, 'serin')))
        await applyExample(admin, namespace)
      }
      for (const namespace of ['blue', 'green']) {
        await eventually(`${namespace} is ready`, async () => (await readyOf(namespace)).some(({ status }) => status === 'True'))
        const { spec, metadata } = await deployment(namespace, 'checkout')
        expect({ paused: spec.paused, managed: metadata.labels['serin.dev/managed'] }).toEqual({ paused: undefined, managed: 'checkout' })
      }
      for (const { tail } of running) expect(tail(500)).not.toContain('forbidden')
    } finally {
      await Promise.all(running.map((one) => one.stop()))
    }
  },
)
