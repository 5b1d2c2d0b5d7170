import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import type { WorkloadView } from '../workload/view.ts'
import { setDeleted } from './order.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { sceneOf } from './testing/run.ts'

/** A Rollout that has seen its v1 and is at rest. */
const rested = plan(world({}), at).status
const ofWorkload = (name: string, image: string, replicas: number, available = replicas) =>
  setObject(name, image, { owner: 'workload', replicas, available })

/** A new template, v3, is held, amid these sets. */
const met = (...sets: KubeObject[]) => metAt(rested, ...sets)
const metAt = (before: typeof rested, ...sets: KubeObject[]) => {
  const { status, actions } = plan(world({ status: before, image: 'v3', held: true, sets }), at)
  const does = actions.flatMap((action) => ('target' in action ? [`${action.verb} ${action.target.kind} ${action.target.name}`] : []))
  const [finalized, { run, stable, message }] = [actions[0]?.verb === 'apply', status]
  return { run: run?.id, finalized, does, stable: stable?.images[0], message, status }
}

describe('a template that comes', () => {
  test('to a version that serves alone begins a run', () => {
    expect(met(ofWorkload('web-one', 'v1', 4))).toMatchObject({ run: 1, stable: 'demo:v1' })
  })
  test('after the set of the stable version was made again, under another name, is compared with that one', () => {
    const { status } = plan(world({ status: rested, image: 'v3', held: true, sets: [ofWorkload('web-again', 'v1', 4)] }), at)
    expect(status.run?.from).toMatchObject({ set: 'web-again', hash: 'again', images: ['demo:v1'] })
    expect(status.stable).toMatchObject({ set: 'web-again', since: rested.stable?.since })
  })
  test('after the native controller emptied the set of the stable version for another one of it is compared with that one', () => {
    const sets = [ofWorkload('web-one', 'v1', 0), ofWorkload('web-again', 'v1', 4)]
    expect(plan(world({ status: rested, image: 'v3', held: true, sets }), at).status.run?.from).toMatchObject({
      set: 'web-again',
      hash: 'again',
    })
  })
  test('amid a native update that has hardly begun waits until the version that was let go has given way', () => {
    const still = met(ofWorkload('web-one', 'v1', 4), ofWorkload('web-two', 'v2', 1, 0))
    expect(still).toMatchObject({ run: undefined, finalized: true, does: ['patch ReplicaSet web-two'], stable: 'demo:v1' })
    expect(still.message).toContain('demo:v1 serves with more pods')
    const going = met(ofWorkload('web-one', 'v1', 4), setObject('web-two', 'v2', { owner: 'rollout', replicas: 0 }))
    expect(going.run).toBe(1)
  })
  test('amid one that is nearly over waits until the version that was let go is the stable one', () => {
    const first = met(ofWorkload('web-one', 'v1', 1), ofWorkload('web-two', 'v2', 4, 3))
    expect(first).toMatchObject({ run: undefined, does: ['patch ReplicaSet web-one'], stable: 'demo:v2' })
    // It stays away: given back as the stable one it would give way again, and so on.
    const next = metAt(first.status, ofWorkload('web-two', 'v2', 4, 3), setObject('web-one', 'v1', { owner: 'rollout', replicas: 1 }))
    expect(next).toMatchObject({ run: undefined, stable: 'demo:v2', message: expect.stringContaining('the pods of web-one go first') })
    const alone = met(ofWorkload('web-two', 'v2', 4, 3), setObject('web-one', 'v1', { owner: 'rollout', replicas: 1 }))
    expect(alone).toMatchObject({ run: undefined, stable: 'demo:v1' })
    expect(alone.message).toContain('the native update to demo:v2 comes first (3 of 4 pods)')
    const full = met(ofWorkload('web-two', 'v2', 4), setObject('web-one', 'v1', { owner: 'rollout', replicas: 1 }))
    expect(full).toMatchObject({ run: undefined, stable: 'demo:v2' })
  })
  test('that was let go before, and serves with more pods than stable, goes on natively', () => {
    const back = met(ofWorkload('web-one', 'v1', 1), ofWorkload('web-three', 'v3', 4))
    expect(back).toMatchObject({ run: undefined, does: ['patch ReplicaSet web-one'] })
    expect(met(ofWorkload('web-three', 'v3', 4), setObject('web-one', 'v1', { owner: 'rollout', replicas: 1 }))).toMatchObject({
      run: undefined,
      does: ['patch ReplicaSet web-one', 'patch Deployment web'],
    })
  })
  test('where nothing is left of the stable version finds what serves, or goes in unjudged', () => {
    expect(met(ofWorkload('web-two', 'v2', 4))).toMatchObject({ run: undefined, stable: 'demo:v2' })
    expect(met(ofWorkload('web-two', 'v2', 4, 0))).toMatchObject({ run: undefined, does: ['patch Deployment web'], stable: undefined })
  })
})

describe('a refused template that comes again in mid native update', () => {
  const v3 = world({ image: 'v3' }).workload
  if (v3 === 'missing' || !rested.stable) throw new Error('the world has a workload')
  const from = rested.stable
  const to = { ...from, set: 'web-three', hash: 'three', template: v3.template, images: ['demo:v3'] }
  const times = { startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:00Z' }
  const history = [{ id: 1, from, to, result: 'RolledBack' as const, because: 'it was bad', ...times }]
  const before = { ...rested, lastRun: 1, history }
  const said = 'demo:v3 is held and gets no traffic: it was bad; retry it, undo it, or bring a new template'

  test('finds what serves put in order', () => {
    const first = metAt(before, ofWorkload('web-one', 'v1', 1), ofWorkload('web-two', 'v2', 4, 3))
    expect(first).toMatchObject({ does: ['patch ReplicaSet web-one'], stable: 'demo:v2', status: { phase: 'Progressing' } })
    const next = metAt(first.status, ofWorkload('web-two', 'v2', 4, 3), setObject('web-one', 'v1', { owner: 'rollout', replicas: 1 }))
    expect(next).toMatchObject({ stable: 'demo:v2', message: said, status: { phase: 'Degraded' } })
  })
  test('is looked at once more when a run of another version ended just now', () => {
    const outcome = { result: 'Superseded' as const, because: 'released by hand', released: true }
    const o = world({ status: before, image: 'v3', held: true })
    const { run } = sceneOf(o, { run: { mode: 'Pods', stage: 'RollingBack', outcome, to: { ...to, template: 'v2' } } })
    const ended = plan({ ...o, rollout: { ...o.rollout, status: { ...before, run } } }, at).status
    expect(ended).toMatchObject({ phase: 'Progressing', message: 'a changed template is held: the end of the previous run comes first' })
    expect(metAt(ended, ofWorkload('web-one', 'v1', 4)).message).toBe(said)
  })
  test('gets nothing taken away where somebody let it go', () => {
    expect(metAt(before, ofWorkload('web-one', 'v1', 1), ofWorkload('web-three', 'v3', 4))).toMatchObject({ does: [], message: said })
  })
})

test('a version of which no pod is available is not called healthy while somebody scales it', () => {
  const o = world({ status: rested })
  if (o.workload === 'missing') throw new Error('no workload')
  const scaled = { ...o, workload: { ...o.workload, available: 0, noticed: false } }
  expect(plan(scaled, at).status).toMatchObject({ phase: 'Progressing', message: 'no pod of demo:v1 is available' })
})

describe('with the pausing gate, at the template of the stable version', () => {
  const at1 = (counts: Partial<WorkloadView>, ...others: KubeObject[]) => {
    const serving = setObject('web-one', 'v1', { owner: 'workload', replicas: 4, available: counts.available ?? 4 })
    const o = world({ status: rested, gate: 'paused', held: true, sets: [serving, ...others] })
    if (o.workload === 'missing') throw new Error('no workload')
    const { actions, status } = plan({ ...o, workload: { ...o.workload, ...counts } }, at)
    return { writes: actions.map((action) => (action.verb === 'patch' ? action.ops.at(-1) : action.verb)), phase: status.phase }
  }
  test('a native update that was turned back half-way goes on to its end', () => {
    const paused = { op: 'replace', path: '/spec/paused', value: false }
    const amid = at1({ existing: 3, updated: 1, available: 1 }, ofWorkload('web-two', 'v2', 2))
    expect(amid).toEqual({ writes: [paused], phase: 'Progressing' })
    const toItsTwin = at1({ existing: 9, updated: 2, available: 7 }, ofWorkload('web-again', 'v1', 2))
    expect(toItsTwin).toEqual(amid)
  })
  test('what is left of it and serves nobody is emptied while it stays paused: let go, it would let a newer template in', () => {
    const emptied = { op: 'replace', path: '/spec/replicas', value: 0 }
    const dead = setObject('web-two', 'v2', { owner: 'workload', replicas: 2, available: 0 })
    expect(at1({ existing: 3, updated: 1, available: 1 }, dead)).toEqual({ writes: [emptied], phase: 'Progressing' })
    expect(at1({ existing: 6, updated: 4 }, ofWorkload('web-two', 'v2', 2))).toEqual({ writes: [emptied], phase: 'Progressing' })
  })
  test('it stays paused while pods of the previous version go, which was given back: let go, it would let a newer template in', () => {
    expect(at1({ existing: 8, updated: 4 }, ofWorkload('web-old', 'v0', 0))).toEqual({ writes: [], phase: 'Healthy' })
  })
  test('let go for that, it is not held again before the native controller has seen it', () => {
    const o = world({ status: rested, gate: 'paused', sets: [ofWorkload('web-one', 'v1', 1), ofWorkload('web-two', 'v2', 2)] })
    const { workload } = o
    if (workload === 'missing') throw new Error('no workload')
    const seen = (counts: Partial<WorkloadView>) => plan({ ...o, workload: { ...workload, ...counts } }, at)
    expect(seen({ existing: 3, updated: 1, noticed: false })).toMatchObject({ actions: [], status: { phase: 'Progressing' } })
    expect(seen({ existing: 4, updated: 4 }).actions).toMatchObject([{ because: 'a change to it waits for Serin' }])
  })
  test.each([
    ['when all its pods are of it', { existing: 4, updated: 4 }],
    ['when one of them is not available', { existing: 4, updated: 4, available: 3 }],
    ['when it was scaled', { existing: 3, updated: 3, available: 3 }],
    ['when its counts are of before', { existing: 4, updated: 0, noticed: false }],
  ])('it stays paused %s', (_, counts) => {
    expect(at1(counts)).toEqual({ writes: [], phase: 'Healthy' })
  })
})

describe('after somebody deleted the set of the version that was promoted', () => {
  if (!rested.stable) throw new Error('nothing serves')
  const { template } = rested.stable
  const promoted = { ...rested, stable: { ...rested.stable, hash: template, set: `web-${template}` } }
  const version = { ...rested.stable, hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
  const kept = { version, until: '2026-01-01T01:00:00Z', from: 1, originals: { selector: { app: 'web' }, routes: [] }, routed: true }
  const warm = setObject('web-old', 'v0', { owner: 'rollout', replicas: 4 })
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', labels: { 'serin.dev/run': '1', 'serin.dev/rollout': 'web' } },
    spec: { selector: { app: 'web', 'pod-template-hash': template } },
  }
  const seen = (...sets: KubeObject[]) => {
    const { status, actions } = plan({ ...world({ status: { ...promoted, kept }, sets: [warm, ...sets] }), service }, at)
    return {
      stable: status.stable?.set,
      until: status.kept?.until,
      does: actions.flatMap((one) => ('target' in one ? one.target.name : [])),
    }
  }
  test('the Service is not pinned to it any longer, and what is warm serves', () => {
    expect(seen()).toEqual({ stable: `web-${template}`, until: kept.until, does: ['web'] })
    expect(seen(ofWorkload('web-again', 'v1', 4, 3))).toMatchObject({ stable: `web-${template}`, does: ['web'] })
  })
  test('that goes when the one that the native controller made has its pods', () => {
    expect(seen(ofWorkload('web-again', 'v1', 4))).toEqual({ stable: 'web-again', until: '2026-01-01T00:00:00.000Z', does: ['web-old'] })
  })
  test('it is looked for also when nothing is warm, or the history is shorter than the runs, but not one that the native controller makes again under its own name', () => {
    const { workload } = world({ sets: [] })
    if (workload === 'missing') throw new Error('no workload')
    const { since: _, workload: __, ...to } = promoted.stable
    const times = { startedAt: rested.stable?.since ?? '', endedAt: rested.stable?.since ?? '' }
    const history = [{ id: 1, from: version, to, result: 'Promoted' as const, because: 'every step was passed', ...times }]
    const looks = [
      { ...promoted, history },
      { ...promoted, lastRun: 1 },
      { ...rested, history },
    ].map((status) => setDeleted(status, workload))
    expect(looks).toEqual([true, true, false])
  })
  test('it is not looked for where an earlier Rollout made it, whose label is gone: every look would read all sets', () => {
    const { workload } = world({ sets: [] })
    if (workload === 'missing') throw new Error('no workload')
    expect(setDeleted(promoted, workload)).toBe(false)
  })
})
