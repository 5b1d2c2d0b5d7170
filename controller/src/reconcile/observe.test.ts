import { describe, expect, test } from 'vitest'
import { createStore } from '../kube/store.ts'
import type { KubeClient, KubeObject, Ref } from '../kube/types.ts'
import type { Gate } from '../rollout/observed.ts'
import { plan } from '../rollout/plan.ts'
import { at, setObject, world } from '../rollout/testing/observed.ts'
import { type Caches, rolloutIndex, serviceIndex, workloadIndex } from './caches.ts'
import { observe } from './observe.ts'

const namespace = 'shop'
const indexes = {
  [rolloutIndex]: () => [`${namespace}/web`],
  [workloadIndex]: ({ kind }: KubeObject) => (kind === 'Rollout' ? [`${namespace}/Deployment/web`] : []),
  [serviceIndex]: () => [],
}
const kinds = { rollouts: 'Rollout', workloads: 'Deployment', commands: 'RolloutCommand', sets: 'ReplicaSet', services: 'Service' }

/** What the caches know, what the API server has, and what it lists. */
interface Cluster {
  cached: KubeObject[]
  present?: KubeObject[]
  sets?: KubeObject[]
  gate?: Gate
}

/** What is observed of a Rollout, and what was read for it past the caches. */
async function look({ cached, present = [], sets = [], gate = 'policies' }: Cluster, name = 'web') {
  const storeOf = (kind?: string) => {
    const store = createStore({ indexes })
    for (const object of cached.filter((one) => one.kind === kind))
      store.saw({ ...object, metadata: { ...object.metadata, resourceVersion: object.metadata.resourceVersion ?? '1' } })
    return store
  }
  const stores = Object.fromEntries(Object.entries(kinds).map(([store, kind]) => [store, storeOf(kind)]))
  const routes = storeOf('HTTPRoute')
  const type = { group: 'gateway.networking.k8s.io', version: 'v1' }
  const opened = { routes: async () => ({ store: routes, type }), storeOf: (kind: string) => (kind === 'HTTPRoute' ? routes : undefined) }
  const caches = { ...stores, ...opened, slices: storeOf(), analyses: storeOf() } as unknown as Caches
  const read: string[] = []
  const get = async (ref: Ref) => {
    read.push(ref.kind)
    return present.find((one) => one.kind === ref.kind && one.metadata.name === ref.name)
  }
  const client = { get, list: async () => sets } as unknown as KubeClient
  const again = () => observe(`${namespace}/${name}`, { client, caches, gateOf: async () => gate }, at)
  const observed = await again()
  if (observed === 'gone') throw new Error('the Rollout is there')
  return { observed, read, again }
}

const rollout = (answers: object[] = []): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace, uid: 'rollout-uid', resourceVersion: '1', generation: 1 },
  spec: { workload: { name: 'web' } },
  status: { phase: 'Healthy', message: '', observedGeneration: 1, conditions: [], history: [], lastRun: 0, answers },
})

/** The Rollout and the workload of a world, as objects. */
function objectsOf(of: Parameters<typeof world>[0]): { rollout: KubeObject; workload: KubeObject; both: KubeObject[] } {
  const { rollout, workload: view } = world(of)
  if (view === 'missing') throw new Error('the world has a workload')
  const whole: KubeObject = { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...rollout }
  return { rollout: whole, workload: view.object, both: [whole, view.object] }
}

const withStatus = (object: KubeObject, status: object): KubeObject => ({ ...object, status: { ...(object.status as object), ...status } })

describe('a command', () => {
  const command = (resourceVersion: string, status?: object): KubeObject => ({
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'RolloutCommand',
    metadata: { name: 'promote-1', namespace, uid: 'promote-uid', resourceVersion },
    spec: { rollout: 'web', action: 'promote' },
    ...(status ? { status } : {}),
  })
  /** The cache knows it without an answer. */
  const seen = async (present: KubeObject[], of = rollout()) => {
    const { observed, read } = await look({ cached: [of, command('5')], present })
    return { commands: observed.commands.map(({ metadata }) => metadata.name), read: read.filter((kind) => kind === 'RolloutCommand') }
  }

  test('is read once more before it is obeyed: another leader may have answered it, and the cache not know', async () => {
    expect(await seen([command('5')])).toEqual({ commands: ['promote-1'], read: ['RolloutCommand'] })
    expect(await seen([command('9', { phase: 'Done' })])).toMatchObject({ commands: [] })
    expect(await seen([])).toMatchObject({ commands: [] })
  })
  const obeyed = rollout([{ uid: 'promote-uid', name: 'promote-1', phase: 'Done', message: 'so be it' }])
  test('that was obeyed is not read again until it shows its answer', async () => {
    expect(await seen([], obeyed)).toEqual({ commands: ['promote-1'], read: [] })
  })
  test('that was obeyed and is in no cache yet is read: without it its answer would go from the status, and it be obeyed again', async () => {
    const { observed, read } = await look({ cached: [obeyed], present: [command('5')] })
    expect(observed.commands.map(({ metadata }) => metadata.name)).toEqual(['promote-1'])
    expect(read).toContain('RolloutCommand')
    expect((await look({ cached: [obeyed], present: [command('5', { phase: 'Done' })] })).observed.commands).toEqual([])
    expect((await look({ cached: [obeyed] })).observed.commands).toEqual([])
  })
})

test('a Service that the fresh baseline of an earlier run left is not taken for that of the new version', async () => {
  const owner = { apiVersion: '', kind: 'Rollout', name: 'web', uid: 'rollout-uid', controller: true }
  const service = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, uid: name, resourceVersion: '1', ownerReferences: [owner] },
  })
  const of = { ...rollout(), spec: { workload: { name: 'web' }, service: 'web', canary: {} } }
  const { observed } = await look({ cached: [of, service('web-baseline'), service('web-canary')] })
  expect(observed).toMatchObject({ canaryService: service('web-canary'), baselineService: service('web-baseline') })
})

describe('a workload that is seen later than its Rollout', () => {
  const rested = plan(world({}), at).status
  const spec = { canary: { steps: [{ weight: 25 }, { pause: {} }] } }
  const stepping = plan(world({ spec, status: rested, image: 'v2', held: true }), at).status
  const workload = (of: Parameters<typeof world>[0], generation: number): KubeObject => {
    const object = withStatus(objectsOf(of).workload, { observedGeneration: generation })
    return { ...object, metadata: { ...object.metadata, generation, resourceVersion: `${generation}` } }
  }
  /** What follows, and what was read in two looks, when the cache has one workload and the API server another. */
  const seen = async (status: typeof rested, cached: KubeObject, present: KubeObject) => {
    const sets = [setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })]
    const { observed, read, again } = await look({ cached: [objectsOf({ spec, status }).rollout, cached], present: [present], sets })
    await again()
    const { run, stable } = plan(observed, at).status
    return { run, stable: stable?.set, read }
  }
  const before = workload({ image: 'v1' }, 5)
  const now = workload({ image: 'v2', held: true }, 6)

  test('does not end a run: it is read once more before', async () => {
    expect(await seen(stepping, before, now)).toMatchObject({ run: { id: 1, stage: 'Starting' }, read: ['Deployment'] })
  })
  test('ends it when it is so', async () => {
    const newer = workload({ image: 'v3', held: true }, 7)
    expect(await seen(stepping, newer, newer)).toMatchObject({ run: { outcome: { because: 'a newer template came' } } })
  })
  test('is not taken for the stable version', async () => {
    const template = stepping.run?.to.template ?? ''
    const promoted = { ...rested, stable: rested.stable && { ...rested.stable, template, set: 'web-two' } }
    expect(await seen(promoted, before, workload({ image: 'v2' }, 6))).toMatchObject({ stable: 'web-two', read: ['Deployment'] })
  })
  test('is not read while the run goes on with it', async () => {
    expect(await seen(stepping, now, now)).toMatchObject({ run: { id: 1 }, read: [] })
  })
})

describe('all sets', () => {
  test('are those that the API server lists: one that the cache still knows was deleted', async () => {
    const { workload } = objectsOf({ held: true, image: 'v2' })
    const set = (name: string) => setObject(name, 'v2', { owner: 'workload', replicas: 1 })
    const { observed } = await look({ cached: [rollout(), workload, set('web-old')], sets: [set('web-new')], present: [workload] })
    expect(observed).toMatchObject({ setsComplete: true, workload: { sets: [{ name: 'web-new' }] } })
  })
  test('are read in a hand-over when the workload has more pods than the new version, and not otherwise', async () => {
    const rested = plan(world({}), at).status
    const { run } = plan(world({ status: rested, image: 'v2', held: true }), at).status
    const status = { ...rested, run: run && { ...run, stage: 'Promoting' as const } }
    const { rollout, workload } = objectsOf({ status, image: 'v2', held: true })
    const handed = setObject(run?.to.set ?? '', 'v2', { owner: 'workload', replicas: 4 })
    const sets = [setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }), handed]
    const areRead = async (replicas: number) =>
      (await look({ cached: [rollout, withStatus(workload, { replicas }), ...sets] })).observed.setsComplete
    expect([await areRead(4), await areRead(5)]).toEqual([false, true])
  })
  test('are read, with the pausing gate, at the stable version while the workload has other pods, and only then', async () => {
    const { rollout, workload } = objectsOf({ status: plan(world({}), at).status, gate: 'paused', held: true })
    const areRead = async (replicas: number) =>
      (await look({ cached: [rollout, withStatus(workload, { replicas, updatedReplicas: 4 })], gate: 'paused' })).observed.setsComplete
    expect([await areRead(4), await areRead(5)]).toEqual([false, true])
  })
  test("are read when the one that is kept warm is not seen as the Rollout's: our copy may be from before it was taken", async () => {
    const version = { hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
    const kept = { version, until: '2026-01-01T00:00:00Z', from: 1, routed: true }
    const { both, workload } = objectsOf({ status: { ...plan(world({}), at).status, kept } })
    const old = (owner: 'workload' | 'rollout') => setObject('web-old', 'v0', { owner, replicas: 4 })
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec: { selector: {} } }
    const behind = await look({ cached: [...both, old('workload')], present: [workload, service], sets: [old('rollout')] })
    expect(behind.observed).toMatchObject({ setsComplete: true, workload: { sets: [{ name: 'web-old', owner: 'rollout' }] } })
    expect(plan(behind.observed, at).status).toMatchObject({ kept })
    expect((await look({ cached: [...both, old('rollout')], present: [service] })).observed.setsComplete).toBe(false)
  })
})

test('a route that is held while no run is under way is looked at past its copy: a write came late, or our copy is behind', async () => {
  const spec = { service: 'web', canary: {}, traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
  const { both } = objectsOf({ spec, status: plan(world({ spec }), at).status })
  const labels = { 'serin.dev/run': '1', 'serin.dev/rollout': 'web' }
  const route = (of: object, resourceVersion: string): KubeObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace, resourceVersion, labels: { ...of } },
    spec: { rules: [{ backendRefs: [{ name: 'web' }] }] },
  })
  const writes = async (copy: object, present: object) => {
    const { observed, read } = await look({ cached: [...both, route(copy, '2')], present: [route(present, '3')] })
    const actions = plan(observed, at).actions.map((action) => ('target' in action ? action.target.kind : ''))
    return { read, actions }
  }
  expect(await writes(labels, labels)).toEqual({ read: ['HTTPRoute'], actions: ['HTTPRoute'] })
  expect(await writes(labels, {})).toEqual({ read: ['HTTPRoute'], actions: [] })
  expect(await writes({ ...labels, 'serin.dev/rollout': 'other' }, labels)).toEqual({ read: [], actions: [] })
})

describe('nothing is read', () => {
  const spec = { service: 'web', canary: {} }

  test('of a Service, unless it is pinned while a version is warm, and lost its labels', async () => {
    const rested = plan(world({ spec }), at).status
    const version = { hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
    const warm = { ...rested, kept: { version, until: '2026-01-01T01:00:00Z', from: 1, routed: true } }
    const readWith = async (status: typeof rested) => (await look({ cached: objectsOf({ spec, status }).both, gate: 'paused' })).read
    expect(await readWith(rested)).toEqual([])
    expect(await readWith(warm)).toEqual(['Service'])
  })
  test('for a Rollout whose workload an older one has: there is nothing that it may do', async () => {
    const rival = (name: string, creationTimestamp: string): KubeObject => {
      const { metadata, ...rest } = rollout()
      const own = { workload: { name: 'web' }, ...spec }
      return { ...rest, metadata: { ...metadata, name, uid: name, creationTimestamp, generation: 2 }, spec: own }
    }
    const cached = [rival('first', '2026-01-01T00:00:00Z'), rival('second', '2026-01-02T00:00:00Z'), objectsOf({}).workload]
    expect((await look({ cached }, 'second')).read).toEqual([])
    expect((await look({ cached }, 'first')).read).toContain('Service')
  })
  test('of the routing while a template waits for what serves to be put in order', async () => {
    const cached = objectsOf({ spec, status: plan(world({ spec }), at).status, image: 'v3', held: true }).both
    const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
    const amid = await look({ cached, sets: [stable, setObject('web-two', 'v2', { owner: 'workload', replicas: 1 })] })
    expect(amid.read).toEqual([])
    expect(plan(amid.observed, at).status.message).toContain('web-two gives way')
    expect((await look({ cached, sets: [stable] })).read).toEqual(['Service'])
  })
})
