import { describe, expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { routerFor } from '../traffic/registry.ts'
import { applyPatch } from '../traffic/testing/applyPatch.ts'
import type { Observed } from './observed.ts'
import { serviceGone, unpinned } from './routing.ts'
import { inOrder, type Scene } from './scene.ts'
import { weight } from './steps/weight.ts'
import { setObject, sliceOf, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'
import {
  asLittleAsPossible,
  givenAtMost,
  released,
  routesPrimed,
  routesRestored,
  routesShow,
  sharedByPods,
  shareSeen,
  weightsStay,
} from './weights.ts'

const apiVersion = 'gateway.networking.k8s.io/v1'

const labels = { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' }

/** An HTTPRoute, held by run 7, that gives the new version so much. */
function route(name: string, weight: number): Exclude<Observed['routes'], 'unread'>[number] {
  const backendRefs = [
    { name: 'web', port: 80, weight: 100 - weight },
    { name: 'web-canary', port: 80, weight },
  ]
  const object = { apiVersion, kind: 'HTTPRoute', metadata: { name, namespace: 'shop', labels }, spec: { rules: [{ backendRefs }] } }
  return { apiVersion, kind: 'HTTPRoute', name, router: routerFor(apiVersion, 'HTTPRoute'), object }
}

const given = (wanted: number, routes: Observed['routes']) => {
  const names = routes === 'unread' ? ['web'] : routes.map(({ name }) => name)
  const o = { ...world({ spec: { service: 'web', traffic: { routes: names.map((name) => ({ kind: 'HTTPRoute', name })) } } }), routes }
  return givenAtMost({ o, spec: o.rollout.spec, run: { weight: { wanted, actual: wanted } } as Run } as Scene)
}

test('what the new version gets is what any route gives it, also when nobody noted that it was written', () => {
  expect(given(20, [route('web', 20), route('other', 80)])).toBe(80)
})

test('what was wanted counts as given, also where a route does not show it yet', () => {
  expect(given(50, [route('web', 20)])).toBe(50)
  expect(given(50, 'unread')).toBe(50)
})

test('where a run stands, a share that nobody noted is taken back: who gave it died', () => {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
  const writes = (shown: number, wanted: number) => {
    const o = { ...world({ spec, image: 'v2', held: true }), routes: [route('web', shown)] }
    const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
    const originals = { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] }
    const { actions } = weightsStay(sceneOf(o, { run: { mode: 'Routes', weight: { wanted, actual: wanted }, originals } }))
    return actions.map(({ because }) => because)
  }
  expect(writes(80, 0)).toEqual(['0 % of HTTPRoute web goes to the new version'])
  expect(writes(80, 50)).toEqual(['50 % of HTTPRoute web goes to the new version'])
  expect(writes(0, 0)).toEqual([])
})

test('a step to a weight notes what the routes give before it waits for pods: who gave it died, or the write came late', () => {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
  const noted = (shown: number, wanted: number) => {
    const sets = [
      setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
      setObject('web-two', 'v2', { owner: 'rollout', replicas: 1, available: 0 }),
    ]
    const o = { ...world({ spec, image: 'v2', held: true, sets }), routes: [route('web', shown)] }
    const { run, wait } = weight.progress(25, sceneOf(o, { run: { mode: 'Routes', weight: { wanted, actual: 0 } } }))
    return { ...run.weight, waits: wait?.for }
  }
  const told = { actual: 0, since: '2026-01-01T00:00:00.000Z', waits: 'the gateway to see the new rules' }
  expect(noted(25, 0)).toMatchObject({ wanted: 25, ...told })
  expect(noted(80, 50)).toMatchObject({ wanted: 80, ...told })
  expect(noted(0, 0)).toMatchObject({ wanted: 0, waits: expect.stringContaining('to become available') })
  expect(noted(20, 50)).toMatchObject({ wanted: 50, waits: expect.stringContaining('to become available') })
})

test('what somebody takes from the routes is not said to be given any longer: pods may be missing to give it again', () => {
  const seen = (shown: number, weight: Run['weight'], more: Partial<Observed> = {}) => {
    const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
    const o = { ...world({ spec, image: 'v2', held: true }), routes: [route('web', shown)], ...more }
    return shareSeen(sceneOf(o, { run: { mode: 'Routes', weight } })).run.weight
  }
  const confirmed = { wanted: 50, actual: 50, confirmedAt: '2025-12-31T00:00:00.000Z' }
  expect(seen(0, confirmed)).toEqual({ wanted: 50, actual: 0, confirmedAt: '2026-01-01T00:00:00.000Z' })
  expect(seen(0, confirmed, { routes: [{ ...route('web', 0), object: undefined }] })).toMatchObject({ actual: 0 })
  expect(seen(50, confirmed)).toBe(confirmed)
  expect(seen(0, confirmed, { routes: 'unread' })).toBe(confirmed)
  // It was told less just now, and the gateway is asked.
  const toldLess = { wanted: 20, actual: 50 }
  expect(seen(20, toldLess)).toBe(toldLess)
})

test('a route that is deleted while its version is promoted changes the status once, not at each look', () => {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }], verify: { settle: '1s' } } }
  const o = { ...world({ spec, image: 'v2', held: true }), routes: [{ ...route('web', 0), object: undefined }] }
  const told = { wanted: 100, actual: 100, since: '2025-12-31T00:00:00.000Z', confirmedAt: '2025-12-31T00:00:00.000Z' }
  const looked = (weight: Run['weight'], ms: number) => {
    const scene = sceneOf(o, { run: { mode: 'Routes', weight } })
    return inOrder([shareSeen, routesShow(100, 'fail')])({ ...scene, now: scene.now + ms })
  }
  const once = looked(told, 0)
  expect(once.run.weight).toMatchObject({ wanted: 100, actual: 0 })
  expect(looked(once.run.weight, 500).run.weight).toEqual(once.run.weight)
  expect(looked(once.run.weight, 1_000)).toMatchObject({ run: { weight: once.run.weight }, actions: [] })
})

describe('on the way back to a version that is dead, when somebody applies the route', () => {
  const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const applied = {
    ...route('web', 0),
    object: { apiVersion, kind: 'HTTPRoute', metadata: { name: 'web', namespace: 'shop' }, spec: { rules: original } },
  }
  const goingBack = (wanted: number, ready: number) => {
    const slice = sliceOf('web-canary', { pod: 'web-two-abcde', ready: ready > 0 })
    const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
    const sets = [setObject('web-one', 'v1', { owner: 'workload', replicas: 4, available: 0 })]
    const o = {
      ...world({ spec, image: 'v2', held: true, sets }),
      routes: [applied],
      slices: { root: [], canary: [slice], baseline: [] },
    }
    const run: Partial<Run> = {
      stage: 'RollingBack',
      weight: { wanted, actual: wanted, since: '2025-12-31T00:00:00.000Z', confirmedAt: '2025-12-31T00:00:00.000Z' },
      originals: { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] },
    }
    const scene = sceneOf(o, { run })
    const { run: after, actions, wait } = asLittleAsPossible({ ...scene, view: { ...scene.view, available: 0 } })
    return { wanted: after.weight.wanted, writes: actions.length, wait: wait?.for }
  }

  test('a new version that serves gets its share again, once the route is held', () => {
    expect(goingBack(100, 1)).toMatchObject({ wanted: 100, writes: 2 })
  })
  test('one without pods does not, and nothing more is waited for', () => {
    expect(goingBack(100, 0)).toMatchObject({ wanted: 0, writes: 0 })
    expect(goingBack(0, 0)).toEqual({ wanted: 0, writes: 0, wait: undefined })
  })
})

test('on the way back a share that nobody noted counts as given now: the next change waits until it settled', () => {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
  const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const given = route('web', 100)
  const o = { ...world({ spec, status: rested, image: 'v2', held: true }), routes: [given] }
  const run: Partial<Run> = {
    stage: 'RollingBack',
    weight: { wanted: 0, actual: 0, since: '2025-12-31T00:00:00.000Z', confirmedAt: '2025-12-31T00:00:00.000Z' },
    originals: { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] },
  }
  const scene = sceneOf(o, { run })
  const seen = asLittleAsPossible(scene)
  expect(seen).toMatchObject({ actions: [], run: { weight: { wanted: 100, since: iso(scene.now) } } })
  const early = asLittleAsPossible({ ...scene, run: seen.run, now: scene.now + 1000 })
  expect(early).toMatchObject({ actions: [], wait: { for: 'the last change of weights to settle' } })
  const settled = asLittleAsPossible({ ...scene, run: seen.run, now: scene.now + 3000 })
  expect(settled).toMatchObject({ run: { weight: { wanted: 0 } } })
  expect(settled.actions).toHaveLength(1)
})

test('whatever moves traffic is fenced, also in mid-run: a leader that is behind would undo what another one did meanwhile', () => {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
  const routes = [route('web', 20)]
  const selector = { app: 'web', 'pod-template-hash': 'one' }
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop', labels }, spec: { selector } }
  const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const scene = sceneOf(
    { ...world({ spec, status: rested, image: 'v2', held: true }), routes, service },
    { run: { originals: { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] } } },
  )
  const writes = [
    ...routesShow(40, 'fail')(scene).actions,
    ...routesRestored(scene).actions,
    ...released(routes),
    ...unpinned(service),
    ...serviceGone(service, 'nothing sends to it any more'),
  ]
  expect(writes.map((action) => `${action.verb} ${'fenced' in action && action.fenced}`)).toEqual([
    ...['patch true', 'patch true', 'patch true', 'patch true'],
    'delete true',
  ])
})

test('a route that nobody holds is held before its rules are split, by a patch of its own: the split that comes late fails', () => {
  const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const metadata = { name: 'web', namespace: 'shop', resourceVersion: '3', generation: 1 }
  const bare: KubeObject = { apiVersion, kind: 'HTTPRoute', metadata, spec: { rules: original } }
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
  const o = { ...world({ spec, image: 'v2', held: true }), routes: [{ ...route('web', 0), object: bare }] }
  const originals = { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] }
  const { actions } = routesPrimed(sceneOf(o, { run: { mode: 'Routes', originals } }))
  const [hold = [], split = []] = actions.map((action) => (action.verb === 'patch' ? action.ops : []))
  const held = applyPatch(bare, hold)
  expect([held.spec, held.metadata.labels]).toEqual([bare.spec, labels])
  expect(applyPatch(held, split).spec).toMatchObject({ rules: [{ backendRefs: [{ name: 'web' }, { name: 'web-canary', weight: 0 }] }] })
  expect(() => applyPatch({ ...bare, metadata: { ...metadata, labels: {} } }, split)).toThrow('serin.dev~1run')
})

describe('without a router the share is what the number of pods comes to', () => {
  const weight = { wanted: 10, actual: 9, since: '2025-12-31T00:00:00.000Z', confirmedAt: '2025-12-31T00:00:00.000Z' }
  const shared = (replicas: number, more: Partial<Run> = {}) =>
    sharedByPods(10)(sceneOf(world({ image: 'v2', held: true, replicas }), { run: { mode: 'Pods', weight, ...more } })).run.weight
  test('by the weight', () => {
    expect(shared(10)).toBe(weight)
    expect(shared(10, { weight: { wanted: 0, actual: 0 } })).toMatchObject({ wanted: 10, actual: 9 })
  })
  test('by a step that sets it, and when the workload is scaled: measured against another share a good version would be refused', () => {
    expect(shared(10, { size: { replicas: 6 } })).toMatchObject({ wanted: 10, actual: 38, since: '2026-01-01T00:00:00.000Z' })
    expect(shared(2)).toMatchObject({ wanted: 10, actual: 33 })
  })
  test('by those that are there, when the workload was made smaller and they stay', () => {
    const sets = [setObject('web-two', 'v2', { owner: 'rollout', replicas: 3 })]
    const scene = sceneOf(world({ image: 'v2', held: true, replicas: 1, sets }), { run: { mode: 'Pods', weight } })
    expect(sharedByPods(10)(scene).run.weight).toMatchObject({ wanted: 10, actual: 75 })
  })
  test('of none at all there is no share', () => {
    expect(shared(0)).toMatchObject({ wanted: 10, actual: 0 })
  })
})
