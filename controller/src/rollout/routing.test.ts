import { expect, test } from 'vitest'
import { canaryReachable, rootPinned } from './routing.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } })

/** What stands in the way of the first weight, when the endpoints of the new version say so. */
function waitsWith(endpoints: { conditions: { ready: boolean } }[]): string | undefined {
  const routed = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } }
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 1 }),
  ]
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web-canary-1' }, endpoints }
  const known = world({ spec: routed, status: rested, image: 'v2', held: true, sets })
  const o = { ...known, service: service('web'), canaryService: service('web-canary'), slices: { root: [], canary: [slice], baseline: [] } }
  return canaryReachable(sceneOf(o)).wait?.for
}

test('a weight waits until the endpoints of the new version are ready, not only its pods', () => {
  expect(waitsWith([])).toBe('ready endpoints of Service web-canary')
  expect(waitsWith([{ conditions: { ready: false } }])).toBe('ready endpoints of Service web-canary')
  expect(waitsWith([{ conditions: { ready: true } }])).toBeUndefined()
})

test('a Service that was deleted is looked for ever more seldom, until the deadline', () => {
  const o = { ...world({ spec: { service: 'web' }, status: rested, image: 'v2', held: true }), service: 'missing' as const }
  const pinned = rootPinned(() => 'one')
  let now = at
  let { run } = sceneOf(o)
  const looks: number[] = []
  for (;;) {
    const move = pinned(sceneOf(o, { run, now }))
    if (!move.wait) break
    const { until = 0, ...wait } = move.wait
    run = { ...run, waiting: { ...wait, since: run.waiting?.since ?? new Date(at).toISOString() } }
    expect(pinned(sceneOf(o, { run, now: until - 1 })).wait?.until).toBe(until)
    now = until
    looks.push((now - at) / 1000)
  }
  expect(looks.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 48, 64])
  expect(looks.at(-1)).toBe(600)
  expect(looks.length).toBeLessThan(50)
  expect(pinned(sceneOf(o, { run, now })).failed).toBe('Service web is gone')
})
