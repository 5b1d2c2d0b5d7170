import { expect, test } from 'vitest'
import { canaryReachable } from './routing.ts'
import { setObject, world } from './testing/observed.ts'
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
