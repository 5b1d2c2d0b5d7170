import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, type Json, succeed } from './apiClient.ts'
import { removeAfterDeath, startChild } from './childProcess.ts'
import { type ControlPlane, startControlPlane } from './controlPlane.ts'
import { follow } from './follow.ts'
import { installGatewayApi } from './gatewayApi.ts'
import { type PretendedGateway, pretendGateway } from './pretendedGateway.ts'
import { type PretendedPods, pretendPods } from './pretendedPods.ts'
import { testUsers } from './users.ts'

async function until(what: string, ask: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  for (const start = Date.now(); Date.now() - start < withinMs; await sleep(50)) if (await ask()) return
  throw new Error(`${what}: not within ${withinMs} ms`)
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a control plane of our own', () => {
  let controlPlane: ControlPlane
  let admin: ApiClient
  let pods: PretendedPods
  let gateway: PretendedGateway
  beforeAll(async () => {
    controlPlane = await startControlPlane()
    admin = controlPlane.client()
    pods = await pretendPods(admin, { readyMs: 50 })
    await installGatewayApi(admin)
    gateway = await pretendGateway(admin)
  })
  afterAll(async () => {
    await Promise.all([pods?.stop(), gateway?.stop()])
    await controlPlane?.stop()
  })

  const deployment = (name: string, image: string, replicas: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image }] } },
    },
  })
  const deployments = '/apis/apps/v1/namespaces/default/deployments'
  const statusOf = async (name: string) => (await succeed(admin, { method: 'GET', path: `${deployments}/${name}` })).status
  const podsOf = async (name: string): Promise<Json[]> =>
    (await succeed(admin, { method: 'GET', path: `/api/v1/namespaces/default/pods?labelSelector=app%3D${name}` })).items

  test('knows each user by token, and only the admin may do everything', async () => {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const call = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: review } as const
    const me = await succeed(controlPlane.client('serin'), call)
    expect(me.status.userInfo.username).toBe(testUsers.serin.username)
    expect((await controlPlane.client('anna').send({ method: 'GET', path: '/api/v1/namespaces' })).status).toBe(403)
    expect((await admin.send({ method: 'GET', path: '/api/v1/namespaces' })).status).toBe(200)
  })

  test('four hundred pods become ready, each at an address of its own, and end', async () => {
    await succeed(admin, { method: 'POST', path: deployments, body: deployment('many', 'app:v1', 400) })
    await until('400 available', async () => (await statusOf('many')).availableReplicas === 400, 50_000)
    const addresses = (await podsOf('many')).map((pod) => pod.status.podIP)
    expect(new Set(addresses).size).toBe(400)
    expect(addresses.every((address) => /^10\.244\.\d+\.\d+$/.test(address))).toBe(true)
    await succeed(admin, { method: 'DELETE', path: `${deployments}/many` })
    await until('none left', async () => (await podsOf('many')).length === 0, 50_000)
  })

  test('images behave as their names say', async () => {
    for (const tag of ['missing', 'unready', 'crash', 'slow']) {
      await succeed(admin, { method: 'POST', path: deployments, body: deployment(tag, `app:${tag}`, 1) })
    }
    const waiting = async (name: string) => (await podsOf(name))[0]?.status.containerStatuses?.[0].state.waiting?.reason
    await until('pull error', async () => (await waiting('missing')) === 'ImagePullBackOff')
    await until('crash', async () => (await waiting('crash')) === 'CrashLoopBackOff')
    expect((await podsOf('crash'))[0].status.containerStatuses[0].restartCount).toBe(1)
    expect((await podsOf('unready'))[0].status.phase).toBe('Running')
    expect((await statusOf('slow')).readyReplicas).toBeUndefined()
    await until('slow is ready', async () => (await statusOf('slow')).readyReplicas === 1)
    expect((await statusOf('unready')).readyReplicas).toBeUndefined()
    // A test may change its mind about a running pod.
    await pods.set('default', (await podsOf('slow'))[0].metadata.name, 'running')
    await until('slow is unready', async () => (await statusOf('slow')).readyReplicas === undefined)
  })

  test('a route is accepted at its generation, and not while its backend is absent or the gateway refuses', async () => {
    const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes'
    const spec = { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'backend', port: 80 }] }] }
    await succeed(admin, {
      method: 'POST',
      path: routes,
      body: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r' }, spec },
    })
    const conditions = async () => {
      const route = await succeed(admin, { method: 'GET', path: `${routes}/r` })
      const found: Json[] = route.status?.parents?.[0]?.conditions ?? []
      return Object.fromEntries(found.map((one) => [one.type, `${one.status} ${one.reason} ${one.observedGeneration}`]))
    }
    await until('unresolved', async () => (await conditions()).ResolvedRefs === 'False BackendNotFound 1')
    expect((await conditions()).Accepted).toBe('True Accepted 1')
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'backend' }, spec: { ports: [{ port: 80 }] } }
    await succeed(admin, { method: 'POST', path: '/api/v1/namespaces/default/services', body: service })
    await until('resolved', async () => (await conditions()).ResolvedRefs === 'True ResolvedRefs 1')
    gateway.behave({ accepts: false })
    await until('refused', async () => ((await conditions()).Accepted ?? '').startsWith('False'))
    gateway.behave({ accepts: true })
    await until('accepted', async () => ((await conditions()).Accepted ?? '').startsWith('True'))
  })

  test('after a restart of the API server the state is there and everything goes on', async () => {
    const seen: string[] = []
    const followed = follow(admin, '/api/v1/namespaces/default/configmaps', {
      is: ({ metadata }) => seen.push(metadata.name),
      gone: () => {},
    })
    await followed.synced
    await controlPlane.restartApiServer()
    const path = '/api/v1/namespaces/default/configmaps'
    await succeed(admin, { method: 'POST', path, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after' } } })
    await until('the watch goes on', async () => seen.includes('after'))
    await succeed(admin, { method: 'POST', path: deployments, body: deployment('again', 'app:v1', 1) })
    await until('controllers and pods go on', async () => (await statusOf('again')).availableReplicas === 1, 40_000)
    await followed.stop()
  })
})

describe('children', () => {
  test('die with their parent however it dies, and its folder goes with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'serin-child-'))
    const module = join(import.meta.dirname, 'childProcess.ts')
    const program = `
      const { startChild, removeAfterDeath } = await import(${JSON.stringify(module)})
      removeAfterDeath(${JSON.stringify(folder)})
      startChild(['sh', '-c', 'echo $$; exec sleep 300'], { logFile: ${JSON.stringify(join(folder, 'log'))} })
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
    let pid = 0
    await until('the child runs', async () => {
      pid = existsSync(join(folder, 'log')) ? Number(readFileSync(join(folder, 'log'), 'utf8')) : 0
      return pid > 0 && alive(pid)
    })
    parent.kill('SIGKILL')
    await until('the child is dead', async () => !alive(pid))
    await until('the folder is gone', async () => !existsSync(folder))
  })

  test('end when they are told to, and say what they wrote last', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'serin-child-'))
    const callOff = removeAfterDeath(folder)
    const child = startChild(['sh', '-c', 'echo one; echo two; exec sleep 300'], { logFile: join(folder, 'log') })
    await until('it has spoken', async () => child.tail().includes('two'))
    expect(child.tail(1)).toBe('two')
    await child.kill()
    expect(child.running).toBe(false)
    const ended = startChild(['sh', '-c', 'exit 3'], { logFile: join(folder, 'log') })
    expect(await ended.exited).toBe(3)
    callOff()
    rmSync(folder, { recursive: true })
  })
})
