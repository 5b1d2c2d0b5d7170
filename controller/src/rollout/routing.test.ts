import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import { plan } from './plan.ts'
import { canaryReachable } from './routing.ts'
import { at, setObject, world } from './testing/observed.ts'

const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } })

/** What stands in the way of the first weight, when the endpoints of the new version say so. */
function waitsWith(endpoints: { conditions: { ready: boolean } }[]): string | undefined {
  const routed = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } }
  const { status } = plan(world({}), at)
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 1 }),
  ]
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web-canary-1' }, endpoints }
  const known = world({ spec: routed, status, image: 'v2', held: true, sets })
  const o = { ...known, service: service('web'), canaryService: service('web-canary'), slices: { root: [], canary: [slice], baseline: [] } }
  if (o.workload === 'missing' || !status.stable) throw new Error('nothing serves')
  const { since: _, ...from } = status.stable
  const run: Run = {
    id: 1,
    startedAt: iso(at),
    trigger: 'Template',
    from,
    to: { hash: 'two', template: o.workload.template, set: 'web-two', images: ['demo:v2'] },
    mode: 'Routes',
    reuse: false,
    fast: false,
    spec: o.rollout.spec as unknown as Record<string, unknown>,
    originals: { routes: [] },
    stage: 'Stepping',
    stageSince: iso(at),
    steps: 1,
    weight: { wanted: 0, actual: 0 },
    shifts: [],
    discarded: [],
  }
  return canaryReachable({ o, view: o.workload, run, spec: o.rollout.spec, now: at }).wait?.for
}

test('a weight waits until the endpoints of the new version are ready, not only its pods', () => {
  expect(waitsWith([])).toBe('ready endpoints of Service web-canary')
  expect(waitsWith([{ conditions: { ready: false } }])).toBe('ready endpoints of Service web-canary')
  expect(waitsWith([{ conditions: { ready: true } }])).toBeUndefined()
})
