import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { routerFor } from '../traffic/registry.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const apiVersion = 'gateway.networking.k8s.io/v1'
const labels = { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' }

/** A run by routes that gave the new version a share at `at`, and whose workload is gone so much later; its route as it gives so much. */
function goneAfter(ms: number, of: { share: number; status?: RolloutStatus; service?: KubeObject }) {
  const spec = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute' as const, name: 'web' }], verify: { settle: '3s' } } }
  const original = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const shared = [
    { name: 'web', port: 80, weight: 100 - of.share },
    { name: 'web-canary', port: 80, weight: of.share },
  ]
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: 'True', observedGeneration: 1 }))
  const object = {
    apiVersion,
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', labels, generation: 1 },
    spec: { parentRefs: [{ name: 'gateway' }], rules: of.share === 0 ? original : [{ backendRefs: shared }] },
    status: { parents: [{ parentRef: { name: 'gateway' }, conditions }] },
  }
  const route = { apiVersion, kind: 'HTTPRoute', name: 'web', router: routerFor(apiVersion, 'HTTPRoute'), object }
  const { run } = sceneOf(world({ spec, image: 'v2', held: true }), {
    run: {
      weight: { wanted: 20, actual: 20, since: iso(at) },
      originals: { routes: [{ apiVersion, kind: 'HTTPRoute', name: 'web', original }] },
    },
  })
  const canaryService = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web-canary', namespace: 'shop', uid: 'canary', labels } }
  const seen = world({ spec, status: of.status ?? { ...rested, run } })
  const o = { ...seen, service: of.service ?? seen.service }
  const { status, actions, recheckAt } = plan({ ...o, workload: 'missing', routes: [route], canaryService }, at + ms)
  return { status, done: actions.map(({ because }) => because), recheckAt }
}

test('a run whose workload is gone gives routes their own rules, and cleans up when the gateway has them', () => {
  const back = goneAfter(3_000, { share: 20 })
  expect(back.done).toEqual(['HTTPRoute web gets its own rules back'])
  expect(back.status.message).toContain('Deployment web does not exist in namespace shop')
  const settles = goneAfter(4_000, { share: 0, status: back.status })
  expect(settles.done).toEqual([])
  const over = goneAfter(7_000, { share: 0, status: settles.status })
  expect(over.done).toEqual(['HTTPRoute web is not held any more', 'the workload is gone'])
  expect(over.status.run).toBeUndefined()
})

test('its Service is not pinned to pods that went with the workload while routes are on their way back to it', () => {
  const selector = { app: 'web', 'pod-template-hash': 'one' }
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop', labels }, spec: { selector } }
  expect(goneAfter(1_000, { share: 20, service }).done).toEqual(['Service web is as it was before the run'])
})

test('but not before the last change of weights has settled', () => {
  const { status, done, recheckAt } = goneAfter(1_000, { share: 20 })
  expect(done).toEqual([])
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
  const { run } = sceneOf(known, { run: { mode: 'Switch', stage: 'Starting', originals: { routes: [] } } })
  const o = world({ spec, image: 'v2', held: true, status: { ...rested, run } })
  const metadata = { ...o.rollout.metadata, deletionTimestamp: iso(at), finalizers: ['serin.dev/run'] }
  const turned = plan({ ...o, rollout: { ...o.rollout, metadata }, service }, at)
  expect([turned.status.run?.stage, turned.statusFirst]).toEqual(['RollingBack', true])
  const left = plan({ ...o, rollout: { ...o.rollout, metadata, status: turned.status }, service }, at)
  expect(left.status.run).toBeUndefined()
  expect(left.actions.map(({ because }) => because)).toEqual(['Service web is as it was before the run'])
  expect(left.statusFirst).toBe(false)
  const gone = plan({ ...o, rollout: { ...o.rollout, metadata, status: left.status } }, at)
  expect(gone.actions.at(-1)?.because).toBe('nothing is left to clean up')
})

test('a deleted Rollout hears of its workload as long as it waits, also when somebody took the label from it', () => {
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 2 }),
  ]
  const writes = (of: typeof sets) => {
    const o = world({ status: rested, sets: of })
    const { workload } = o
    if (workload === 'missing') throw new Error('the world has a workload')
    const metadata = { ...o.rollout.metadata, deletionTimestamp: iso(at), finalizers: ['serin.dev/run'] }
    const unlabelled = { ...workload, managedBy: undefined, available: 3 }
    const { actions, status } = plan({ ...o, rollout: { ...o.rollout, metadata }, workload: unlabelled }, at)
    return { done: actions.map(({ because }) => because), says: status.message }
  }
  expect(writes(sets)).toEqual({
    done: ['from now on a changed template of web is held'],
    says: 'the Rollout is being deleted: waiting for ReplicaSet web-two to give way, once all pods of Deployment web are available',
  })
  expect(writes(sets.slice(0, 1)).done).toEqual(['nothing is left to clean up'])
})

test('a Rollout that is deleted while a template is held amid a native update leaves one version that serves', () => {
  const native = setObject('web-two', 'v2', { owner: 'workload', replicas: 1 })
  const sets = [setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }), native]
  const o = world({ status: rested, image: 'v3', held: true, sets })
  const metadata = { ...o.rollout.metadata, deletionTimestamp: iso(at), finalizers: ['serin.dev/run'] }
  const goes = (more: Partial<typeof o>) => plan({ ...o, ...more, rollout: { ...o.rollout, metadata } }, at)
  const { status, actions } = goes({})
  expect(actions.map((action) => 'target' in action && action.target.name)).toEqual(['web-two'])
  expect(status.message).toBe('the Rollout is being deleted: waiting for one version to serve')
  const [serving] = sets
  const alone = world({ status: rested, image: 'v3', held: true, sets: serving ? [serving] : [] })
  expect(goes({ workload: alone.workload }).actions.at(-1)?.because).toBe('nothing is left to clean up')
})
