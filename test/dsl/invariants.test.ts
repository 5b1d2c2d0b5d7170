import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../cluster/apiClient.ts'
import type { Cluster } from './cluster.ts'
import { embeddedCluster } from './embedded.ts'
import { deploymentObject, gatewayObject, rolloutObject, routeObject, serviceObject } from './objects.ts'
import { type World, worldOn } from './world.ts'

/** A run as far as the laws look at it, written by hand: no controller is alive here. */
function status(hash: string, more: Json = {}): Json {
  const version = (name: string) => ({ hash: name, template: name, set: `shop-${name}`, images: ['demo:v1'] })
  return {
    phase: 'Progressing',
    message: '',
    lastRun: 1,
    run: {
      id: 1,
      startedAt: '2026-01-01T00:00:00.000Z',
      trigger: 'Template',
      from: version('old'),
      to: version(hash),
      mode: 'Routes',
      spec: { handOver: { at: 100 } },
      stage: 'Stepping',
      stageSince: '2026-01-01T00:00:00.000Z',
      weight: { wanted: 0, actual: 0 },
      waiting: { for: 'something', because: 'of something', since: '2026-01-01T00:00:00.000Z' },
      ...more,
    },
  }
}

let cluster: Cluster
let world: World

const held = { labels: { 'serin.dev/run': '1' } }
const weights = (root: number, canary: number) => [
  {
    backendRefs: [
      { name: 'shop', port: 80, weight: root },
      { name: 'shop-canary', port: 80, weight: canary },
    ],
  },
]
const setStatus = (value: Json) => world.api.patch('Rollout', 'shop', 'merge', { status: value }, { subresource: 'status' })

beforeEach(async () => {
  cluster = embeddedCluster(1)
  world = await worldOn(cluster)
  const spec = { service: 'shop', traffic: { routes: [{ kind: 'HTTPRoute', name: 'shop' }] } }
  for (const object of [gatewayObject(), deploymentObject({ replicas: 2 }), serviceObject(), routeObject(), rolloutObject(spec)])
    await world.api.create(object)
  await cluster.pass(2_000)
})

afterEach(async () => {
  await world.end()
  await cluster.stop()
})

const hashOf = async () => (await world.api.list('ReplicaSet'))[0]?.metadata.labels['pod-template-hash']

describe('a law is found broken when', () => {
  it('a run does not say what it waits for', async () => {
    await setStatus(status('new'))
    world.invariants.check()
    await setStatus(status('new', { waiting: null }))
    expect(() => world.invariants.check()).toThrow("broken law 'waits'")
  })

  it('two sets with pods belong to the Deployment', async () => {
    const [set] = await world.api.list('ReplicaSet')
    await setStatus(status('new'))
    world.invariants.check()
    await world.api.patch('Deployment', 'shop', 'merge', { spec: { paused: true } })
    const labels = { app: 'shop', 'pod-template-hash': 'other' }
    await world.api.create({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'shop-other', labels, ownerReferences: set.metadata.ownerReferences },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { ...set.spec.template, metadata: { labels } } },
    })
    expect(() => world.invariants.check()).toThrow("broken law 'one active set'")
  })

  it('the root Service sends to the canary', async () => {
    await setStatus(status('new'))
    world.invariants.check()
    await setStatus(status(await hashOf()))
    expect(() => world.invariants.check()).toThrow("broken law 'pinned root'")
  })

  it('weights change twice within the settle time', async () => {
    await world.api.patch('HTTPRoute', 'shop', 'merge', { metadata: held, spec: { rules: weights(80, 20) } })
    await cluster.pass(1_000)
    await world.api.patch('HTTPRoute', 'shop', 'merge', { spec: { rules: weights(50, 50) } })
    world.invariants.check()
    await cluster.pass(999)
    await world.as('serin').patch('HTTPRoute', 'shop', 'merge', { spec: { rules: weights(40, 60) } })
    await cluster.pass(998)
    await world.as('serin').patch('HTTPRoute', 'shop', 'merge', { spec: { rules: weights(30, 70) } })
    expect(() => world.invariants.check()).toThrow("broken law 'settled weights'")
  })

  it('a set is emptied that a route sends to', async () => {
    const hash = await hashOf()
    await world.api.patch('Service', 'shop', 'merge', { spec: { selector: { app: 'shop', 'pod-template-hash': hash } } })
    world.invariants.check()
    await world.api.patch('ReplicaSet', `shop-${hash}`, 'merge', { spec: { replicas: 0 } })
    expect(() => world.invariants.check()).toThrow("broken law 'pods under traffic'")
  })
})

it('a scenario may except a law that somebody in it breaks on purpose', async () => {
  world.invariants.except('waits')
  await setStatus(status('new', { waiting: null }))
  world.invariants.check()
})
