import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { applyPatch } from '../traffic/testing/applyPatch.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested } from './testing/run.ts'

test('the set of the previous version does not come back to a workload that somebody let go with its template: all pods would be brought to it', () => {
  if (!rested.stable) throw new Error('nothing serves')
  const old = setObject('web-old', 'v0', { owner: 'rollout', replicas: 0 })
  const does = (image: string, held: boolean) => {
    const o = world({ status: rested, image, held, sets: [old, setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })] })
    const [{ hash = '', template = '' } = {}] = o.workload === 'missing' ? [] : o.workload.sets
    const version = { hash, template, set: 'web-old', images: ['demo:v0'] }
    const kept = { version, until: '2026-01-01T00:00:00Z', from: 7, routed: true }
    const { actions } = plan({ ...o, rollout: { ...o.rollout, status: { ...rested, kept } } }, at)
    return actions.flatMap((one) => ('target' in one && one.target.name === 'web-old' ? [one.verb] : []))
  }
  expect([does('v1', false), does('v0', true), does('v0', false)]).toEqual([['patch'], ['patch'], ['delete']])
})

test('a previous version that is warm ends at once, and the Service is let go, when somebody lets another template in: the native controller takes the pods that it is pinned to', () => {
  if (!rested.stable) throw new Error('nothing serves')
  const version = { ...rested.stable, hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
  const kept = { version, until: '2026-01-01T01:00:00Z', from: 7, routed: true }
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 3 }),
    setObject('web-new', 'v2', { owner: 'workload', replicas: 1 }),
    setObject('web-old', 'v0', { owner: 'rollout', replicas: 4 }),
  ]
  const pinned: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '1', labels: { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' } },
    spec: { selector: { app: 'web', 'pod-template-hash': rested.stable.hash } },
  }
  const does = (held: boolean, replicas = 4) => {
    const o = world({ status: { ...rested, kept }, image: 'v2', held, replicas, spec: { service: 'web', paused: true }, sets })
    if (o.workload === 'missing') throw new Error('there is a workload')
    const { actions, status } = plan({ ...o, workload: { ...o.workload, settled: false }, service: pinned }, at)
    return [...actions.flatMap((one) => ('target' in one ? one.target.name : [])), status.kept?.until]
  }
  expect(does(false)).toEqual(['web-old', 'web', '2026-01-01T00:00:00.000Z'])
  expect(does(true)).toEqual([kept.until])
  // Nothing else of it would serve before they are gone.
  expect(does(false, 0)).toEqual(['web-old', '2026-01-01T00:00:00.000Z'])
})

test('while the previous version is warm, a Service whose pin somebody took off is pinned again', () => {
  if (!rested.stable) throw new Error('nothing serves')
  const version = { ...rested.stable, hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-old', 'v0', { owner: 'rollout', replicas: 4 }),
  ]
  const written: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '1' },
    spec: { selector: { app: 'web' } },
  }
  const writes = (service: KubeObject, routed = true) => {
    const kept = { version, until: '2026-01-01T01:00:00Z', from: 7, routed }
    const { actions } = plan({ ...world({ status: { ...rested, kept }, sets }), service }, at)
    return actions.flatMap((action) => (action.verb === 'patch' && action.target.kind === 'Service' ? [action] : []))
  }
  const [again] = writes(written)
  expect(again?.fenced).toBe(true)
  const pinned = applyPatch(written, again?.ops ?? [])
  expect((pinned.spec as { selector: unknown }).selector).toEqual({ app: 'web', 'pod-template-hash': rested.stable.hash })
  expect(pinned.metadata.labels).toEqual({ 'serin.dev/run': '7', 'serin.dev/rollout': 'web' })
  expect([writes(pinned), writes(written, false)]).toEqual([[], []])
})
