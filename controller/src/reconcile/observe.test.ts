import { describe, expect, test } from 'vitest'
import { createStore } from '../kube/store.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { plan } from '../rollout/plan.ts'
import { at, setObject, world } from '../rollout/testing/observed.ts'
import { type Caches, rolloutIndex, serviceIndex, workloadIndex } from './caches.ts'
import { observe } from './observe.ts'

const namespace = 'shop'
const nothing = { indexes: Object.fromEntries([rolloutIndex, serviceIndex, workloadIndex].map((index) => [index, () => []])) }
const rollout = (answers: object[] = []): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace, uid: 'rollout-uid', resourceVersion: '1', generation: 1 },
  spec: { workload: { name: 'web' } },
  status: { phase: 'Healthy', message: '', observedGeneration: 1, conditions: [], history: [], lastRun: 0, answers },
})
const command = (resourceVersion: string, status?: object): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'RolloutCommand',
  metadata: { name: 'promote-1', namespace, uid: 'promote-uid', resourceVersion },
  spec: { rollout: 'web', action: 'promote' },
  ...(status ? { status } : {}),
})

/** What is seen of commands, and which were read, when the cache knows one without an answer and the API server has it so. */
async function seen(present: KubeObject | undefined, of: KubeObject = rollout()) {
  const commands = createStore({ indexes: { [rolloutIndex]: () => [`${namespace}/web`] } })
  commands.saw(command('5'))
  const rollouts = createStore(nothing)
  rollouts.saw(of)
  const empty = createStore(nothing)
  const caches = { rollouts, commands, workloads: empty, sets: empty, services: empty, slices: empty, analyses: empty } as unknown as Caches
  const read: string[] = []
  const get = async ({ kind, name }: { kind: string; name: string }) => {
    read.push(`${kind} ${name}`)
    return kind === 'RolloutCommand' ? present : undefined
  }
  const sight = { client: { get } as unknown as KubeClient, caches, gateOf: async () => 'policies' as const }
  const observed = await observe(`${namespace}/web`, sight, 0)
  if (observed === 'gone') throw new Error('the Rollout is there')
  return { commands: observed.commands.map(({ metadata }) => metadata.name), read: read.filter((one) => one.startsWith('RolloutCommand')) }
}

test('a command is read once more before it is obeyed: another leader may have answered it, and the cache not know', async () => {
  expect(await seen(command('5'))).toEqual({ commands: ['promote-1'], read: ['RolloutCommand promote-1'] })
  expect(await seen(command('9', { phase: 'Done' }))).toMatchObject({ commands: [] })
  expect(await seen(undefined)).toMatchObject({ commands: [] })
})

test('a command that was obeyed is not read again until it shows its answer', async () => {
  const obeyed = rollout([{ uid: 'promote-uid', name: 'promote-1', phase: 'Done', message: 'so be it' }])
  expect(await seen(undefined, obeyed)).toEqual({ commands: ['promote-1'], read: [] })
})

test('a Service that the fresh baseline of an earlier run left is not taken for that of the new version', async () => {
  const service = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      uid: name,
      ownerReferences: [{ apiVersion: '', kind: 'Rollout', name: 'web', uid: 'rollout-uid', controller: true }],
    },
  })
  const [empty, rollouts, services] = [
    createStore(nothing),
    createStore(nothing),
    createStore({ indexes: { [rolloutIndex]: () => [`${namespace}/web`] } }),
  ]
  rollouts.saw({ ...rollout(), spec: { workload: { name: 'web' }, service: 'web', canary: {} } })
  for (const name of ['web-baseline', 'web-canary']) services.saw(service(name))
  const caches = { rollouts, services, commands: empty, workloads: empty, sets: empty, slices: empty, analyses: empty } as unknown as Caches
  const client = { get: async () => undefined } as unknown as KubeClient
  const observed = await observe(`${namespace}/web`, { client, caches, gateOf: async () => 'policies' }, 0)
  expect(observed).toMatchObject({ canaryService: service('web-canary'), baselineService: service('web-baseline') })
})

describe('a workload that is seen later than its Rollout', () => {
  const rested = plan(world({}), at).status
  const spec = { canary: { steps: [{ weight: 25 }, { pause: {} }] } }
  const stepping = plan(world({ spec, status: rested, image: 'v2', held: true }), at).status
  const workload = (of: Parameters<typeof world>[0], generation: number): KubeObject => {
    const { workload: view } = world(of)
    if (view === 'missing') throw new Error('the world has a workload')
    const { metadata, status } = view.object
    return {
      ...view.object,
      metadata: { ...metadata, generation, resourceVersion: `${generation}` },
      status: { ...(status as object), observedGeneration: generation },
    }
  }

  /** What is observed, and what was read, when the cache has one workload and the API server another. */
  async function observed(status: typeof rested, cached: KubeObject, present: KubeObject) {
    const { rollout } = world({ spec, status })
    const empty = createStore(nothing)
    const [rollouts, workloads] = [createStore(nothing), createStore(nothing)]
    rollouts.saw({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...rollout })
    workloads.saw(cached)
    const caches = { rollouts, workloads, commands: empty, sets: empty, services: empty, slices: empty, analyses: empty }
    const read: string[] = []
    const client = {
      get: async ({ kind }: { kind: string }) => {
        read.push(kind)
        return kind === 'Deployment' ? present : undefined
      },
      list: async () => [setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })],
    }
    const look = () =>
      observe(
        `${namespace}/web`,
        {
          client: client as unknown as KubeClient,
          caches: caches as unknown as Caches,
          gateOf: async () => 'policies',
        },
        at,
      )
    const seen = await look()
    await look()
    if (seen === 'gone') throw new Error('the Rollout is there')
    const { run, stable } = plan(seen, at).status
    return { run, stable: stable?.set, read }
  }
  const before = workload({ image: 'v1' }, 5)
  const now = workload({ image: 'v2', held: true }, 6)

  test('does not end a run: it is read once more before', async () => {
    expect(await observed(stepping, before, now)).toMatchObject({ run: { id: 1, stage: 'Starting' }, read: ['Deployment'] })
  })
  test('ends it when it is so', async () => {
    const newer = workload({ image: 'v3', held: true }, 7)
    expect(await observed(stepping, newer, newer)).toMatchObject({ run: { outcome: { because: 'a newer template came' } } })
  })
  test('is not taken for the stable version', async () => {
    const template = stepping.run?.to.template ?? ''
    const promoted = { ...rested, stable: rested.stable && { ...rested.stable, template, set: 'web-two' } }
    expect(await observed(promoted, before, workload({ image: 'v2' }, 6))).toMatchObject({ stable: 'web-two', read: ['Deployment'] })
  })
  test('is not read while the run goes on with it', async () => {
    expect(await observed(stepping, now, now)).toMatchObject({ run: { id: 1 }, read: [] })
  })
})

test('a set that the cache still knows and the API server does not list was deleted', async () => {
  const storeOf = (...objects: KubeObject[]) => {
    const store = createStore({ indexes: { ...nothing.indexes, [rolloutIndex]: () => [`${namespace}/web`] } })
    for (const object of objects) store.saw(object)
    return store
  }
  const named = (name: string) => ({ name, namespace, uid: `${name}-uid`, resourceVersion: '1', generation: 1 })
  const template = { spec: { containers: [{ name: 'web', image: 'demo:v2' }] } }
  const workload: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: named('web'),
    spec: { replicas: 1, paused: true, selector: { matchLabels: { app: 'web' } }, template },
  }
  const set = (name: string): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...named(name),
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'web-uid', controller: true }],
    },
    spec: { replicas: 1, template },
  })
  const empty = storeOf()
  const caches = { rollouts: storeOf(rollout()), workloads: storeOf(workload), sets: storeOf(set('web-old')) } as unknown as Caches
  const listed = [set('web-new')]
  const get = async ({ kind }: { kind: string }) => (kind === 'Deployment' ? workload : undefined)
  const client = { get, list: async () => listed } as unknown as KubeClient
  const sight = {
    client,
    caches: { ...caches, commands: empty, services: empty, slices: empty, analyses: empty },
    gateOf: async () => 'policies' as const,
  }
  const observed = await observe(`${namespace}/web`, sight, 0)
  if (observed === 'gone' || observed.workload === 'missing') throw new Error('both are there')
  expect(observed.setsComplete).toBe(true)
  expect(observed.workload.sets.map(({ name }) => name)).toEqual(['web-new'])
})

test('a Service that lost its labels while it is pinned for a version that is warm is read, and not where nothing is warm', async () => {
  const spec = { service: 'web', canary: {} }
  const rested = plan(world({ spec }), at).status
  const version = { hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
  const readWith = async (status: typeof rested) => {
    const { rollout: of, workload: view } = world({ spec, status })
    if (view === 'missing') throw new Error('the world has a workload')
    const [rollouts, workloads, empty] = [createStore(nothing), createStore(nothing), createStore(nothing)]
    rollouts.saw({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...of })
    workloads.saw(view.object)
    const caches = { rollouts, workloads, commands: empty, sets: empty, services: empty, slices: empty, analyses: empty }
    const read: string[] = []
    const get = async ({ kind }: { kind: string }) => void read.push(kind)
    const client = { get, list: async () => [] } as unknown as KubeClient
    await observe(`${namespace}/web`, { client, caches: caches as unknown as Caches, gateOf: async () => 'paused' }, at)
    return read
  }
  expect(await readWith(rested)).toEqual([])
  expect(await readWith({ ...rested, kept: { version, until: '2026-01-01T01:00:00Z', from: 1, routed: true } })).toEqual(['Service'])
})

test('all sets are read in a hand-over when the workload has more pods than the new version, and not otherwise', async () => {
  const rested = plan(world({}), at).status
  const { run } = plan(world({ status: rested, image: 'v2', held: true }), at).status
  const readWith = async (pods: number) => {
    const status = { ...rested, run: run && { ...run, stage: 'Promoting' as const } }
    const sets = [setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 })]
    const { rollout: of, workload: view } = world({ status, image: 'v2', held: true })
    if (view === 'missing' || !run) throw new Error('the world has a workload, and a run')
    const [rollouts, workloads, empty] = [createStore(nothing), createStore(nothing), createStore(nothing)]
    const known = createStore({ indexes: { ...nothing.indexes, [rolloutIndex]: () => [`${namespace}/web`] } })
    for (const set of [...sets, setObject(run.to.set, 'v2', { owner: 'workload', replicas: 4 })])
      known.saw({ ...set, metadata: { ...set.metadata, resourceVersion: '1' } })
    rollouts.saw({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...of })
    workloads.saw({ ...view.object, status: { ...(view.object.status as object), replicas: pods } })
    const caches = { rollouts, workloads, commands: empty, sets: known, services: empty, slices: empty, analyses: empty }
    const client = { get: async () => undefined, list: async () => [] } as unknown as KubeClient
    const observed = await observe(`${namespace}/web`, { client, caches: caches as unknown as Caches, gateOf: async () => 'policies' }, at)
    return observed !== 'gone' && observed.setsComplete
  }
  expect(await readWith(4)).toBe(false)
  expect(await readWith(5)).toBe(true)
})

test('a Rollout whose workload an older one has reads nothing: there is nothing that it may do', async () => {
  const spec = { workload: { name: 'web' }, service: 'web', canary: {} }
  const rival = (name: string, creationTimestamp: string): KubeObject => {
    const { metadata, ...rest } = rollout()
    return { ...rest, metadata: { ...metadata, name, uid: name, creationTimestamp, generation: 2 }, spec }
  }
  const rollouts = createStore({ indexes: { ...nothing.indexes, [workloadIndex]: () => ['shop/Deployment/web'] } })
  for (const one of [rival('first', '2026-01-01T00:00:00Z'), rival('second', '2026-01-02T00:00:00Z')]) rollouts.saw(one)
  const { workload: view } = world({})
  if (view === 'missing') throw new Error('the world has a workload')
  const [workloads, empty] = [createStore(nothing), createStore(nothing)]
  workloads.saw(view.object)
  const readBy = async (name: string) => {
    const caches = { rollouts, workloads, commands: empty, sets: empty, services: empty, slices: empty, analyses: empty }
    const read: string[] = []
    const get = async ({ kind }: { kind: string }) => void read.push(kind)
    const client = { get, list: async () => [] } as unknown as KubeClient
    await observe(`${namespace}/${name}`, { client, caches: caches as unknown as Caches, gateOf: async () => 'policies' }, at)
    return read
  }
  expect(await readBy('second')).toEqual([])
  expect(await readBy('first')).toContain('Service')
})

test('with the pausing gate the sets of a workload at its stable version are read while it has other pods, and only then', async () => {
  const { rollout: of, workload: view } = world({ status: plan(world({}), at).status, gate: 'paused', held: true })
  if (view === 'missing') throw new Error('the world has a workload')
  const listed = async (status: object) => {
    const [rollouts, workloads, empty] = [createStore(nothing), createStore(nothing), createStore(nothing)]
    rollouts.saw({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...of })
    workloads.saw({ ...view.object, status: { ...(view.object.status as object), ...status } })
    const caches = { rollouts, workloads, commands: empty, sets: empty, services: empty, slices: empty, analyses: empty }
    const client = { get: async () => undefined, list: async () => [] } as unknown as KubeClient
    const seen = await observe(`${namespace}/web`, { client, caches: caches as unknown as Caches, gateOf: async () => 'paused' }, at)
    return seen !== 'gone' && seen.setsComplete
  }
  expect(await listed({ replicas: 4, updatedReplicas: 4 })).toBe(false)
  expect(await listed({ replicas: 5, updatedReplicas: 4 })).toBe(true)
})

test('nothing of the routing is read while a template waits for what serves to be put in order', async () => {
  const spec = { service: 'web', canary: {} }
  const rested = plan(world({ spec }), at).status
  const { rollout: of, workload: view } = world({ spec, status: rested, image: 'v3', held: true })
  if (view === 'missing') throw new Error('the world has a workload')
  const readAmid = async (...sets: KubeObject[]) => {
    const [rollouts, workloads, empty] = [createStore(nothing), createStore(nothing), createStore(nothing)]
    rollouts.saw({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...of })
    workloads.saw(view.object)
    const caches = { rollouts, workloads, commands: empty, sets: empty, services: empty, slices: empty, analyses: empty }
    const read: string[] = []
    const client = { get: async ({ name }: { name: string }) => void read.push(name), list: async () => sets } as unknown as KubeClient
    const seen = await observe(`${namespace}/web`, { client, caches: caches as unknown as Caches, gateOf: async () => 'policies' }, at)
    if (seen === 'gone') throw new Error('the Rollout is there')
    return { read, message: plan(seen, at).status.message }
  }
  const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
  const amid = await readAmid(stable, setObject('web-two', 'v2', { owner: 'workload', replicas: 1 }))
  expect(amid).toEqual({ read: [], message: expect.stringContaining('web-two gives way') })
  expect((await readAmid(stable)).read).toEqual(['web'])
})
