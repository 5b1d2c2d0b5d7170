import { describe, expect, test } from 'vitest'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { routerFor } from '../traffic/registry.ts'
import type { Observed } from './observed.ts'
import type { Scene } from './scene.ts'
import { setObject, world } from './testing/observed.ts'
import { sceneOf } from './testing/run.ts'
import { asLittleAsPossible, givenAtMost } from './weights.ts'

const apiVersion = 'gateway.networking.k8s.io/v1'

/** An HTTPRoute that gives the new version so much. */
function route(name: string, weight: number): Exclude<Observed['routes'], 'unread'>[number] {
  const backendRefs = [
    { name: 'web', port: 80, weight: 100 - weight },
    { name: 'web-canary', port: 80, weight },
  ]
  const object = { apiVersion, kind: 'HTTPRoute', metadata: { name, namespace: 'shop' }, spec: { rules: [{ backendRefs }] } }
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

describe('on the way back to a version that is dead, when somebody applies the route', () => {
  const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const applied = {
    ...route('web', 0),
    object: { apiVersion, kind: 'HTTPRoute', metadata: { name: 'web', namespace: 'shop' }, spec: { rules: original } },
  }
  const goingBack = (wanted: number, ready: number) => {
    const slice = { endpoints: Array.from({ length: ready }, () => ({ conditions: { ready: true } })) } as unknown as KubeObject
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

  test('a new version that serves gets its share again', () => {
    expect(goingBack(100, 1)).toMatchObject({ wanted: 100, writes: 1 })
  })
  test('one without pods does not, and nothing more is waited for', () => {
    expect(goingBack(100, 0)).toMatchObject({ wanted: 0, writes: 0 })
    expect(goingBack(0, 0)).toEqual({ wanted: 0, writes: 0, wait: undefined })
  })
})
