import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { chart, helm } from '../chart/helm.ts'
import { type ApiClient, apply, type Json, succeed } from '../cluster/apiClient.ts'
import { type ControlPlane, startControlPlane } from '../cluster/controlPlane.ts'
import { eventually, find, runProgram } from '../cluster/installation.ts'
import { serveNames } from './dns.ts'
import type { ImageProgram } from './kubelet/images.ts'
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts'
import { closeNetwork, HOST_ADDRESS, openNetwork } from './network.ts'

/** The chart as people install it: its pods run what the image holds, with mounted tokens, asked by probes, found by DNS. */

let dir: string
let controlPlane: ControlPlane
let kubelet: Kubelet
let names: { stop(): Promise<void> }
let admin: ApiClient

const shop = '/apis/apps/v1/namespaces/shop'
const release = ['serin', '-n', 'serin-system']
const helmHere = (...args: string[]) => helm(args, { env: { KUBECONFIG: controlPlane.kubeconfigPath } })

/** The image: Node is its entry point, and /serin a folder of it. */
function serinImage(folder: string): ImageProgram {
  const script = `case "$0" in /serin/*) exec "$NODE" "${folder}/\${0#/serin/}" "$@";; *) exec "$NODE" "$0" "$@";; esac`
  return { image: 'serin', command: ['sh', '-c', script], env: { NODE: process.execPath } }
}

beforeAll(async () => {
  dir = join(process.env.SERIN_TRAFFIC_INSIDE ?? '', 'installation')
  await openNetwork(process.env.SERIN_TRAFFIC_INSIDE ?? '')
  await bundle(join(dir, 'image'))
  controlPlane = await startControlPlane({ dir: join(dir, 'control-plane'), advertiseAddress: HOST_ADDRESS })
  admin = controlPlane.client()
  const api = new URL(controlPlane.url)
  kubelet = await startKubelet({
    client: admin,
    images: [serinImage(join(dir, 'image')), { image: 'sleeper', command: ['sleep', 'infinity'] }],
    env: { PATH: process.env.PATH ?? '', KUBERNETES_SERVICE_HOST: api.hostname, KUBERNETES_SERVICE_PORT: api.port },
    dir: join(dir, 'pods'),
    targetsFile: join(dir, 'targets.json'),
  })
  names = await serveNames(admin, HOST_ADDRESS)
})

afterAll(async () => {
  await Promise.all([kubelet?.stop(), names?.stop()])
  await controlPlane?.stop()
  await closeNetwork()
})

async function leader(): Promise<string> {
  const lease = await find(admin, '/apis/coordination.k8s.io/v1/namespaces/serin-system/leases/serin')
  return lease?.spec.holderIdentity?.split('_')[0] ?? ''
}

const controllers = async (): Promise<Json[]> => {
  const path = '/api/v1/namespaces/serin-system/pods?labelSelector=app.kubernetes.io/component%3Dcontroller'
  return (await succeed(admin, { method: 'GET', path })).items
}

const rollout = () => succeed(admin, { method: 'GET', path: '/apis/serin.dev/v1alpha1/namespaces/shop/rollouts/web' })

async function applyWeb(version: string): Promise<void> {
  const labels = { app: 'web' }
  const containers = [{ name: 'web', image: `sleeper:${version}`, lifecycle: { preStop: { sleep: { seconds: 1 } } } }]
  await apply(admin, `${shop}/deployments/web`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  })
}

test('helm install --wait: both replicas get ready, one leads; helm test finds them by their Service', { timeout: 300_000 }, async () => {
  // These pods mount tokens and no Secrets: the dashboard is tried in ../cluster/chart.test.ts.
  const without = ['--set', 'dashboard.enabled=false']
  const installed = await helmHere('install', ...release, chart, ...without, '--create-namespace', '--wait', '--timeout', '180s')
  expect({ ...installed, logs: installed.code === 0 ? '' : kubelet.logs('serin-system') }).toMatchObject({ code: 0 })
  expect((await controllers()).length).toBe(2)
  await eventually('one leads', async () => (await leader()) !== '')
  const tested = await helmHere('test', ...release, '--timeout', '60s')
  expect({ ...tested, logs: tested.code === 0 ? '' : kubelet.logs('serin-system') }).toMatchObject({ code: 0 })
})

test('the standby takes over when the leader is drained', { timeout: 120_000 }, async () => {
  const before = await leader()
  await succeed(admin, { method: 'DELETE', path: `/api/v1/namespaces/serin-system/pods/${before}` })
  await eventually('another leads', async () => ![before, ''].includes(await leader()))
})

test('helm uninstall is refused by its Job while a run is under way, and done when none is', { timeout: 400_000 }, async () => {
  await apply(admin, '/api/v1/namespaces/shop', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  await applyWeb('v1')
  const steps = [{ weight: 50 }, { pause: {} }]
  await apply(admin, '/apis/serin.dev/v1alpha1/namespaces/shop/rollouts/web', {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { workload: { kind: 'Deployment', name: 'web' }, canary: { steps } },
  })
  await eventually('it is healthy', async () => (await rollout()).status?.phase === 'Healthy', 120_000)
  await applyWeb('v2')
  await eventually('it waits for somebody', async () => (await rollout()).status?.phase === 'Paused', 120_000)

  const refused = await helmHere('uninstall', ...release, '--timeout', '120s')
  expect(refused.code).not.toBe(0)
  expect(kubelet.logs('serin-system')).toMatch(/shop +web/)
  expect((await controllers()).length).toBe(2)

  const programs = { image: join(dir, 'image'), dir, controlPlane }
  const promoted = await runProgram(programs, ['/serin/serin.mjs', 'promote', 'web', '--full', '-n', 'shop'], controlPlane.kubeconfigPath)
  expect(promoted).toMatchObject({ code: 0 })
  await eventually('it is promoted', async () => (await rollout()).status.run === undefined, 120_000)
  expect(await helmHere('uninstall', ...release, '--wait', '--timeout', '120s')).toMatchObject({ code: 0 })
  expect(await find(admin, '/apis/apps/v1/namespaces/serin-system/deployments/serin')).toBeUndefined()
  expect((await succeed(admin, { method: 'GET', path: `${shop}/deployments/web` })).status.readyReplicas).toBe(2)
})
