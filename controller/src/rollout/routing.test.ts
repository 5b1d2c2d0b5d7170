import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { routerFor } from '../traffic/registry.ts'
import { plan } from './plan.ts'
import { canaryReachable, canaryServiceExists } from './routing.ts'
import { at, setObject, sliceOf, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const routed = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } }
const service = (name: string, run: string, hash: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', resourceVersion: '5', labels: { 'serin.dev/run': run, 'serin.dev/rollout': 'web' } },
  spec: { selector: { app: 'web', 'pod-template-hash': hash } },
})

/** Run 7, of v2, with these endpoints behind a Service of its own. */
function scene(canary: KubeObject[], canaryService = service('web-canary', '7', 'two')) {
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 1 }),
  ]
  const known = world({ spec: routed, status: rested, image: 'v2', held: true, sets })
  return sceneOf({ ...known, service: service('web', '7', 'one'), canaryService, slices: { root: [], canary, baseline: [] } })
}

test('a weight waits until the endpoints of the new version are ready, not only its pods', () => {
  const waitsWith = (...canary: KubeObject[]) => canaryReachable(scene(canary)).wait?.for
  const waits = 'ready endpoints of Service web-canary'
  expect(waitsWith()).toBe(waits)
  expect(waitsWith(sliceOf('web-canary', { pod: 'web-two-abcde', ready: false }))).toBe(waits)
  expect(waitsWith(sliceOf('web-canary', { pod: 'web-zero-abcde', ready: true }))).toBe(waits)
  expect(waitsWith(sliceOf('web-canary', { pod: 'web-two-abcde', ready: true }))).toBeUndefined()
})

test('a Service that an earlier run left shows the version of this run from now on', () => {
  expect(canaryServiceExists(scene([])).actions).toEqual([])
  const { actions } = canaryServiceExists(scene([], service('web-canary', '6', 'zero')))
  expect(actions).toMatchObject([{ verb: 'patch', target: { kind: 'Service', name: 'web-canary' }, fenced: true }])
  expect(actions[0]).toMatchObject({
    ops: expect.arrayContaining([
      { op: 'add', path: '/spec/selector/pod-template-hash', value: 'two' },
      { op: 'add', path: '/metadata/labels/serin.dev~1run', value: '7' },
    ]),
  })
})

test('a route that is deleted and made anew at any moment of a run gets back the rules that it has then', () => {
  const kind = 'HTTPRoute'
  const apiVersion = 'gateway.networking.k8s.io/v1'
  const sending = (weight: number) => ({ rules: [{ backendRefs: [{ name: 'web', port: 80, weight }] }] })
  const originalIn = (stage: 'Promoting' | 'RollingBack', labels: Record<string, string>) => {
    const { o, run } = scene([sliceOf('web-canary', { pod: 'web-two-abcde', ready: true })])
    const outcome = { result: 'Aborted' as const, because: 'somebody aborted it' }
    const under = { ...run, stage, ...(stage === 'RollingBack' ? { outcome } : {}) }
    const status = { ...rested, run: { ...under, originals: { routes: [{ apiVersion, kind, name: 'web', original: sending(1).rules }] } } }
    const object = { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', labels, resourceVersion: '9' }, spec: sending(5) }
    const routes = [{ apiVersion, kind, name: 'web', router: routerFor(apiVersion, kind), object }]
    const { status: after } = plan({ ...o, rollout: { ...o.rollout, status }, routes }, at)
    return after.run?.originals.routes[0]?.original
  }
  for (const stage of ['Promoting', 'RollingBack'] as const) {
    expect(originalIn(stage, {})).toEqual(sending(5).rules)
    expect(originalIn(stage, { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' })).toEqual(sending(1).rules)
  }
})
