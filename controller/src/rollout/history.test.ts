import { expect, test } from 'vitest'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

/** What is known and done at the end of a blue/green run to v2, which the workload has taken over; with these sets. */
function endOf(sets: NonNullable<Parameters<typeof world>[0]['sets']>) {
  const labels = { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' }
  const service = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', labels },
    spec: { selector: { app: 'web', 'pod-template-hash': 'two' } },
  })
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1' },
    endpoints: [{ conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'web-two-1' } }],
  }
  const of = { spec: { service: 'web', blueGreen: {} }, image: 'v2', sets }
  const { run } = sceneOf(world(of), { run: { mode: 'Switch', stage: 'Promoting', originals: { routes: [] } } })
  const o = world({ ...of, status: { ...rested, run } })
  const slices = { root: [slice], canary: [], baseline: [] }
  const { status, actions } = plan({ ...o, service: service('web'), canaryService: service('web-preview'), slices }, at + 60_000)
  return { status, done: actions.flatMap(({ verb, because }) => (verb === 'apply' ? [] : because)) }
}

const newSet = setObject('web-two', 'v2', { owner: 'workload', replicas: 4 })

test('after a run the version before stays warm, and the Service held', () => {
  const { status, done } = endOf([newSet, setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 })])
  expect(status.kept?.version.set).toBe('web-one')
  expect(done).toEqual([])
})

test('after a run whose old version somebody deleted nothing is kept, and the Service is as it was', () => {
  const { status, done } = endOf([newSet])
  expect(status).toMatchObject({ stable: { set: 'web-two' } })
  expect(status.run).toBeUndefined()
  expect(status.kept).toBeUndefined()
  expect(done).toEqual(['no route sends to it any more', 'Service web is as it was before the run'])
})
