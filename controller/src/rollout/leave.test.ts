import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import { routerFor } from '../traffic/registry.ts'
import { plan } from './plan.ts'
import { at, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const apiVersion = 'gateway.networking.k8s.io/v1'
const labels = { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' }

/** A run by routes that gave the new version a share at `at`, and whose workload is gone so much later. */
function goneAfter(ms: number) {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }], verify: { settle: '3s' } } }
  const rules = (...backendRefs: object[]) => ({ rules: [{ backendRefs }] })
  const object = {
    apiVersion,
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: rules({ name: 'web', port: 80, weight: 80 }, { name: 'web-canary', port: 80, weight: 20 }),
  }
  const route = { apiVersion, kind: 'HTTPRoute', name: 'web', router: routerFor(apiVersion, 'HTTPRoute'), object }
  const { rules: original } = rules({ name: 'web', port: 80 })
  const { run } = sceneOf(world({ spec, image: 'v2', held: true }), {
    run: {
      weight: { wanted: 20, actual: 20, since: iso(at) },
      originals: { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] },
    },
  })
  const canaryService = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web-canary', namespace: 'shop', uid: 'canary', labels } }
  return plan({ ...world({ spec, status: { ...rested, run } }), workload: 'missing', routes: [route], canaryService }, at + ms)
}

test('a run whose workload is gone puts everything back at once', () => {
  const { status, actions } = goneAfter(3_000)
  expect(actions.map(({ because }) => because)).toEqual([
    'the workload is gone: the route is as it was',
    'HTTPRoute web is not held any more',
    'the workload is gone',
  ])
  expect(status.run).toBeUndefined()
})

test('but not before the last change of weights has settled', () => {
  const { status, actions, recheckAt } = goneAfter(1_000)
  expect(actions).toEqual([])
  expect(status.run?.waiting?.for).toBe('the last change of weights to settle')
  expect(recheckAt).toBe(at + 3_000)
})

test('the run of a deleted Rollout is over when everything is put back, not before', () => {
  const spec = { service: 'web', blueGreen: {} }
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: { selector: { app: 'web', 'pod-template-hash': 'one' } },
  }
  const known = world({ spec, image: 'v2', held: true })
  const { run } = sceneOf(known, { run: { mode: 'Switch', stage: 'Starting', originals: { selector: { app: 'web' }, routes: [] } } })
  const o = world({ spec, image: 'v2', held: true, status: { ...rested, run } })
  const metadata = { ...o.rollout.metadata, deletionTimestamp: iso(at), finalizers: ['serin.dev/run'] }
  const left = plan({ ...o, rollout: { ...o.rollout, metadata }, service }, at)
  expect(left.status.run).toBeUndefined()
  expect(left.actions.map(({ because }) => because)).toEqual(['Service web is as it was before the run'])
  expect(left.statusFirst).toBe(false)
  const gone = plan({ ...o, rollout: { ...o.rollout, metadata, status: left.status } }, at)
  expect(gone.actions.at(-1)?.because).toBe('nothing is left to clean up')
})
