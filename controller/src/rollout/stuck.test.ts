import { describe, expect, test } from 'vitest'
import { httpRoute } from '../traffic/httpRoute.ts'
import type { Observed } from './observed.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const minute = 60_000
const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }] } }
const backendRefs = [
  { name: 'web', port: 80, weight: 50 },
  { name: 'web-canary', port: 80, weight: 50 },
]
const object = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace: 'shop', labels: { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' } },
  spec: { rules: [{ backendRefs }] },
}
const routes = [{ apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'web', router: httpRoute, object }]
const sets = [setObject('web-two', 'v2', { owner: 'rollout', replicas: 2 })]

/** A rollback with half of the traffic still on v2, over a stable version with no available pod. */
function story() {
  const at50 = { wanted: 50, actual: 50, since: new Date(at).toISOString(), confirmedAt: new Date(at).toISOString() }
  const seen = world({ spec, image: 'v2', held: true, sets })
  const outcome = { result: 'Aborted' as const, because: 'anna aborted it' }
  let status: Observed['rollout']['status'] = {
    ...rested,
    run: sceneOf(seen, { run: { stage: 'RollingBack', outcome, weight: at50 } }).run,
  }
  return (minutes: number, trouble?: string) => {
    const { workload, rollout, ...rest } = seen
    if (workload === 'missing') throw new Error('the world has a workload')
    const o = { ...rest, rollout: { ...rollout, ...(status ? { status } : {}) }, workload: { ...workload, available: 0 }, routes, trouble }
    const decided = plan(o, at + minutes * minute)
    status = decided.status
    const stalled = status.conditions.find(({ type }) => type === 'Stalled')
    const moved = decided.actions.filter(({ verb }) => verb !== 'apply')
    return {
      ...decided,
      moved,
      stalled: stalled?.status === 'True' ? stalled.reason : undefined,
      told: decided.events.map(({ reason }) => reason),
    }
  }
}

const because = 'CrashLoopBackOff, the last by exit code 3 (4 of 4 pods)'
const said =
  'going back from demo:v2, because anna aborted it: waiting for stable to have its 4 pods back (0 are available). Stuck: pods of demo:v1 do not come back: CrashLoopBackOff, the last by exit code 3 (4 of 4 pods). It goes on when they do; serin release web -n shop --reason "..." lets in what Deployment web asks for instead, past Serin'

describe('a rollback to a version without pods', () => {
  test('is looked at again when it has taken as long as the progress deadline', () => {
    const look = story()
    expect(look(1)).toMatchObject({ stalled: undefined, recheckAt: at + 11 * minute })
  })
  test('is stuck from then on: it says why and what to do, tells it once, and moves nothing', () => {
    const look = story()
    look(1)
    expect(look(10.9)).toMatchObject({ stalled: undefined, told: [] })
    const first = look(11, because)
    expect(first).toMatchObject({ stalled: 'Stuck', told: ['Stuck'], moved: [] })
    expect(first.status).toMatchObject({ phase: 'Degraded', message: said })
    const next = look(12)
    expect(next).toMatchObject({ stalled: 'Stuck', told: [], moved: [] })
    expect(next.status.message).toBe(said)
  })
})
