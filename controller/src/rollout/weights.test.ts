import { expect, test } from 'vitest'
import type { Run } from '../api/rolloutStatus.ts'
import { routerFor } from '../traffic/registry.ts'
import type { Observed } from './observed.ts'
import type { Scene } from './scene.ts'
import { world } from './testing/observed.ts'
import { givenAtMost } from './weights.ts'

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
