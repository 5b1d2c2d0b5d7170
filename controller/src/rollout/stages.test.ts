import { expect, test } from 'vitest'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeObject, OwnerReference } from '../kube/types.ts'
import { plan } from './plan.ts'
import { at, setObject, sliceOf, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const spec = { service: 'web', blueGreen: {} }
const pinned: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '5', labels: { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' } },
  spec: { selector: { app: 'web', 'pod-template-hash': 'one' }, ports: [{ port: 80 }] },
}

const unpinnedService: KubeObject = { ...pinned, metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' } } }

/** A run that was aborted before its switch, over a workload with these sets, when v3 is held. */
function goingBack(
  others: KubeObject[],
  setsComplete: boolean,
  outcome: Run['outcome'] = { result: 'Aborted', because: 'anna aborted it' },
) {
  const sets = [...others, setObject('web-two', 'v2', { owner: 'rollout', replicas: 0 })]
  const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), {
    run: {
      mode: 'Switch',
      stage: 'RollingBack',
      outcome,
      originals: { routes: [] },
    },
  })
  const o = { ...world({ spec, image: 'v3', held: true, sets, status: { ...rested, run } }), service: pinned, setsComplete }
  const { actions, status } = plan(o, at)
  const unpins = actions.some(({ because }) => because === 'Service web is as it was before the run')
  return { unpins, waits: status.run?.waiting?.for }
}

test('a run that goes back to a version of which nothing is left lets the Service go, remembers that, and ends', () => {
  const anew = setObject('web-three', 'v4', { owner: 'workload', replicas: 4 })
  expect(goingBack([anew], true)).toEqual({ unpins: true, waits: 'its last writes to be seen' })
  const empty = setObject('web-one', 'v1', { owner: 'workload', replicas: 0 })
  expect(goingBack([anew, empty], true)).toEqual({ unpins: true, waits: 'its last writes to be seen' })
  const released = { result: 'Aborted' as const, because: 'anna aborted it', released: true }
  expect(goingBack([anew], false, released)).toEqual({ unpins: true, waits: undefined })
})

test('a run that goes back waits for the endpoints of a version that is there, or was not looked for', () => {
  const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
  const waits = 'the endpoints of Service web to be those of web-one'
  expect(goingBack([stable], true)).toEqual({ unpins: false, waits })
  expect(goingBack([], false)).toEqual({ unpins: false, waits })
})

test('a Service that was let go at the end of a way back is not pinned again, also when the set of the refused version is still there', () => {
  const pins = (refused: number, service: KubeObject) => {
    const sets = [
      setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
      setObject('web-two', 'v2', { owner: 'rollout', replicas: refused }),
    ]
    const seen = world({ spec, image: 'v2', held: true, sets })
    const outcome = { result: 'Aborted' as const, because: 'anna aborted it' }
    const { run } = sceneOf(seen, { run: { mode: 'Switch', stage: 'RollingBack', outcome, originals: { routes: [] } } })
    const { actions } = plan({ ...seen, rollout: { ...seen.rollout, status: { ...rested, run } }, service }, at)
    return actions.some(({ because }) => because === 'Service web stays on version one')
  }
  expect(pins(0, unpinnedService)).toBe(false)
  expect(pins(2, unpinnedService)).toBe(true)
  const switchedOver = { ...pinned, spec: { selector: { app: 'web', 'pod-template-hash': 'two' } } }
  expect(pins(0, switchedOver)).toBe(true)
})

test('an undo that goes back waits for the pods of its own version, and not for those that the Service of the last run shows', () => {
  const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
  const sets = [stable, setObject('web-zero', 'v0', { owner: 'rollout', replicas: 0 })]
  const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), {
    run: {
      mode: 'Switch',
      trigger: 'Undo',
      to: { hash: 'zero', template: 'v0', set: 'web-zero', images: ['demo:v0'] },
      stage: 'RollingBack',
      outcome: { result: 'Superseded', because: 'a newer template came' },
      originals: { routes: [] },
    },
  })
  const preview = { ...pinned, metadata: { ...pinned.metadata, name: 'web-preview' } }
  const waits = (pod: string) => {
    const root = [sliceOf('web', { pod: 'web-one-abcde', ready: true })]
    const slices = { root, canary: [sliceOf('web-preview', { pod, ready: true })], baseline: [] }
    const o = world({ spec, image: 'v2', held: true, sets, status: { ...rested, run } })
    const { actions, status } = plan({ ...o, service: pinned, canaryService: preview, slices }, at)
    const gone = actions.some((action) => action.verb === 'delete' && action.target.name === 'web-preview')
    return { gone, waits: status.run?.waiting?.for }
  }
  expect(waits('web-zero-abcde')).toEqual({ gone: false, waits: 'the pods of the refused version to be gone' })
  expect(waits('web-one-abcde')).toEqual({ gone: true, waits: undefined })
})

test('after somebody let the workload go the run ends, and its pods stay behind the Service until the workload has as many of its own', () => {
  const sets = [setObject('web-two', 'v2', { owner: 'rollout', replicas: 2 })]
  const seen = world({ spec, image: 'v2', sets })
  const outcome = { result: 'Superseded' as const, because: 'released by hand: v1 is dead', released: true }
  const { run } = sceneOf(seen, { run: { mode: 'Switch', stage: 'RollingBack', outcome } })
  const at2 = (available: number) => {
    if (seen.workload === 'missing') throw new Error('the world has a workload')
    const workload = { ...seen.workload, available }
    const { actions, status } = plan(
      { ...seen, rollout: { ...seen.rollout, status: { ...rested, run } }, workload, service: unpinnedService },
      at,
    )
    const writes = actions.filter((action) => 'target' in action && action.target.name === 'web-two')
    return { writes: writes.map(({ verb }) => verb), ended: status.history[0]?.because }
  }
  // What is let in may never come up: the run does not wait for it, and another template is not held behind it.
  expect(at2(0)).toEqual({ writes: [], ended: outcome.because })
  expect(at2(2)).toEqual({ writes: ['delete'], ended: outcome.because })
})

const revised = (revision: string, set: KubeObject): KubeObject => ({
  ...set,
  metadata: { ...set.metadata, annotations: { 'deployment.kubernetes.io/revision': revision } },
})

test('a hand-over gives the new version a revision of its own, also where stable was numbered anew since it was noted', () => {
  /** What the new version gets, when stable was noted as revision 1 and the workload is at another. */
  const given = (ofWorkload: string, own: string) => {
    const sets = [
      setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }),
      revised(own, setObject('web-two', 'v2', { owner: 'rollout', replicas: 4 })),
    ]
    const seen = world({ spec, image: 'v2', held: true, sets })
    if (seen.workload === 'missing') throw new Error('there is a workload')
    const o = { ...seen, workload: { ...seen.workload, revision: Number(ofWorkload) } }
    const { run } = sceneOf(seen, { run: { mode: 'Pods', stage: 'Promoting' } })
    const { actions } = plan({ ...o, rollout: { ...o.rollout, status: { ...rested, run } } }, at)
    return actions.flatMap((action) => ('ops' in action ? action.ops.filter(({ path }) => path.endsWith('~1revision')) : []))
  }
  const revision = (value: string) => [expect.objectContaining({ value })]
  expect(given('1', '0')).toEqual(revision('2'))
  expect(given('3', '0')).toEqual(revision('4'))
  // Out of the history, and numbered when its template came.
  expect(given('4', '4')).toEqual(revision('4'))
})

test('after the hand-over the Service is let go, and the version before ends, when somebody lets a newer template in: its pods take those of the new version natively', () => {
  const writes = (image: string, held: boolean) => {
    const sets = [
      setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }),
      setObject('web-two', 'v2', { owner: 'workload', replicas: 3 }),
      setObject('web-three', 'v3', { owner: 'workload', replicas: 1 }),
    ]
    const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), { run: { mode: 'Switch', stage: 'Promoting' } })
    const o = world({ spec, image, held, sets, status: { ...rested, run } })
    const { actions } = plan({ ...o, service: pinned }, at)
    return actions.flatMap((action) => (action.verb === 'patch' ? `${action.target.name}: ${action.because}` : []))
  }
  expect(writes('v3', false)).toEqual(
    expect.arrayContaining(['web-one: a newer template goes in natively', 'web: Service web is as it was before the run']),
  )
  expect(writes('v2', false)).toEqual(['web: Service web stays on version two'])
  expect(writes('v3', true)).toContain('web: Service web stays on version two')
})

test('a hand-over that is undone half-way keeps the new version first: a write that is still on its way comes too late, and one that arrived unseen is undone', () => {
  const outcome = { result: 'Superseded' as const, because: 'a newer template came' }
  const writes = (stage: 'Promoting' | 'RollingBack', canary: KubeObject) => {
    const sets = [setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }), canary]
    const seen = world({ spec, image: stage === 'Promoting' ? 'v2' : 'v3', held: true, sets })
    const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), {
      run: { mode: 'Pods', stage, ...(stage === 'RollingBack' ? { outcome } : {}) },
    })
    const { actions } = plan({ ...seen, rollout: { ...seen.rollout, status: { ...rested, run } } }, at)
    return actions.flatMap((action) => (action.verb === 'patch' && action.target.kind === 'ReplicaSet' ? action : []))
  }
  const owners = '/metadata/ownerReferences'
  const canary = setObject('web-two', 'v2', { owner: 'rollout', replicas: 4 })
  const [handOver] = writes('Promoting', canary)
  expect(handOver?.ops).toContainEqual({ op: 'test', path: owners, value: canary.metadata.ownerReferences })
  const [first, second] = writes('RollingBack', canary)
  expect(first).toMatchObject({ target: { name: 'web-two' }, fenced: true })
  expect(second).toMatchObject({ target: { name: 'web-one' }, fenced: true })
  const keeps = (ownerReferences: unknown) => {
    const set = { ...canary, metadata: { ...canary.metadata, ownerReferences: ownerReferences as OwnerReference[] } }
    return writes('RollingBack', set)[0]?.ops.find(({ path }) => path === owners) as { value?: OwnerReference[] } | undefined
  }
  const kept = keeps(canary.metadata.ownerReferences)?.value
  expect(kept).toMatchObject([{ kind: 'Deployment' }, { kind: 'Rollout', controller: true }])
  expect(keeps(kept)?.value).toEqual([...(kept ?? [])].reverse())
})

test('an older version that the native controller started in the moment of a hand-over is emptied, and one that somebody let go since is not', () => {
  const emptied = (stage: 'Promoting' | 'RollingBack', serves: 'web-one' | 'web-two', held = true) => {
    const owner = (name: string) => (name === serves ? 'workload' : 'rollout')
    const sets = [
      revised('1', setObject('web-zero', 'v0', { owner: 'workload', replicas: 2 })),
      revised('2', setObject('web-one', 'v1', { owner: owner('web-one'), replicas: 4 })),
      revised('3', setObject('web-two', 'v2', { owner: owner('web-two'), replicas: 4 })),
      revised('4', setObject('web-three', 'v3', { owner: 'workload', replicas: 4 })),
    ]
    const outcome = { result: 'Aborted' as const, because: 'anna aborted it' }
    const back = stage === 'RollingBack' ? { outcome } : {}
    const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), { run: { mode: 'Switch', stage, ...back } })
    const o = world({ spec, image: 'v4', held, sets, status: { ...rested, run } })
    const { actions } = plan({ ...o, service: pinned }, at)
    expect(actions.map((action) => ('target' in action ? action.target.name : ''))).not.toContain('web-three')
    return actions.flatMap((action) => (action.verb === 'patch' && action.target.name === 'web-zero' ? [action.fenced] : []))
  }
  expect(emptied('Promoting', 'web-two')).toEqual([true])
  expect(emptied('Promoting', 'web-two', false)).toEqual([])
  expect(emptied('RollingBack', 'web-one')).toEqual([true])
})

test('a Service that is made anew while a run goes back is pinned at once, as long as pods of the refused version are there, and nothing waits for it', () => {
  const routed: KubeObject = { ...unpinnedService, metadata: { ...unpinnedService.metadata, resourceVersion: '6' } }
  const does = (refused: number, service: KubeObject | 'missing') => {
    const sets = [
      setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
      setObject('web-two', 'v2', { owner: 'rollout', replicas: refused }),
    ]
    const seen = world({ spec: { service: 'web', canary: {} }, image: 'v2', held: true, sets })
    const { run } = sceneOf(seen, { run: { stage: 'RollingBack', outcome: { result: 'Aborted', because: 'anna aborted it' } } })
    const { actions, status } = plan({ ...seen, rollout: { ...seen.rollout, status: { ...rested, run } }, service }, at)
    return { pins: actions.some(({ because }) => because === 'Service web stays on version one'), waits: status.run?.waiting?.for }
  }
  expect(does(4, routed)).toMatchObject({ pins: true, waits: 'the refused version to be removed' })
  expect(does(4, 'missing')).toMatchObject({ pins: false, waits: 'the refused version to be removed' })
  expect(does(0, routed)).toMatchObject({ pins: false })
})

test('a Service that is made anew while pods of a promotion are still missing is pinned at once, to what callers are sent to', () => {
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 2 }),
  ]
  const pins = (more: Partial<Run>) => {
    const seen = world({ spec: { service: 'web', canary: {} }, image: 'v2', held: true, sets })
    const { run } = sceneOf(seen, { run: { stage: 'Promoting', ...more } })
    const o = { ...seen, rollout: { ...seen.rollout, status: { ...rested, run } }, service: unpinnedService }
    return plan(o, at).actions.flatMap(({ because }) => (because.startsWith('Service web stays') ? because : []))
  }
  expect(pins({ mode: 'Routes' })).toEqual(['Service web stays on version one'])
  expect(pins({ mode: 'Switch' })).toEqual(['Service web stays on version one'])
  expect(pins({ mode: 'Switch', weight: { wanted: 100, actual: 0 } })).toEqual(['Service web stays on version two'])
  expect(pins({ mode: 'Pods' })).toEqual([])
})

test('an edit of how it hands over, or of its steps, does not change the way of a run that is at it', () => {
  const spec = { service: 'web', canary: { steps: [{ weight: 50 }] } }
  const sets = [
    setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'workload', replicas: 4 }),
  ]
  const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), { run: { stage: 'Promoting' } })
  const edited = world({
    spec: { service: 'web', canary: { steps: [{ weight: 80 }] }, handOver: { at: 1 } },
    image: 'v2',
    held: true,
    sets,
  })
  const { status } = plan({ ...edited, rollout: { ...edited.rollout, status: { ...rested, run } }, service: pinned }, at)
  expect(status.run?.spec).toMatchObject({ handOver: { at: 100 }, canary: { steps: [{ weight: 50 }] } })
})
