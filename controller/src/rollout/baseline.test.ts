import { describe, expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { httpRoute } from '../traffic/httpRoute.ts'
import { armsOfSize, baselineFor, baselineGone } from './baseline.ts'
import { problemOf } from './begin.ts'
import type { Observed } from './observed.ts'
import { type Scene, satisfied, together, waits } from './scene.ts'
import { at, setObject, sliceOf, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'
import { asLittleAsPossible } from './weights.ts'

const routed = { service: 'web', traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } }
const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
const deadline = 600_000

/** A run of v2 with a canary of two pods, as far as the sets show it. */
function scene(of: { sets: KubeObject[]; run?: Partial<Run>; seen?: Partial<Observed>; after?: number; replicas?: number }): Scene {
  const canary = setObject('web-two', 'v2', { owner: 'rollout', replicas: 2 })
  const spec = { ...routed, canary: { baseline: 'fresh' as const } }
  const there = of.sets.some(({ metadata }) => metadata.name === 'web-two')
  const known = world({ spec, status: rested, image: 'v2', held: true, sets: there ? of.sets : [canary, ...of.sets] })
  const run: Partial<Run> = {
    canary: { replicas: 2, available: 0, progressAt: iso(at) },
    baseline: { set: 'web-one-b7', hash: 'one-b7', replicas: 2, available: 0, progressAt: iso(at) },
    ...of.run,
  }
  return sceneOf({ ...known, ...of.seen }, { run, now: at + (of.after ?? 0) })
}

const fresh = (available: number, replicas = 2, image = 'v1') => setObject('web-one-b7', image, { owner: 'rollout', replicas, available })
const two = () => 2
const verbs = (actions: ReturnType<typeof baselineGone>['actions']) =>
  actions.map(
    (action) => `${action.verb} ${action.verb === 'create' || action.verb === 'apply' ? action.object.metadata.name : action.target.name}`,
  )

describe('a run notes a fresh baseline', () => {
  const { run, view } = scene({ sets: [stable] })
  test('under a name and a hash of this run', () => {
    expect(baselineFor(run, view.sets)).toEqual({ set: 'web-one-b7', hash: 'one-b7', replicas: 0, available: 0 })
  })
  test.each<[string, Partial<Run>]>([
    ['without routes', { mode: 'Pods' }],
    ['at a switch', { mode: 'Switch' }],
    ['when it skips its steps', { fast: true }],
    ['when it is compared with stable', { spec: { canary: { baseline: 'stable' } } }],
    ['when nothing is said', { spec: {} }],
  ])('not %s', (_, more) => {
    expect(baselineFor({ ...run, ...more }, view.sets)).toBeUndefined()
  })
  test('not of a version of which no pod is available', () => {
    const dead = scene({ sets: [setObject('web-one', 'v1', { owner: 'workload', replicas: 4, available: 0 })] })
    expect(baselineFor(run, dead.view.sets)).toBeUndefined()
  })
})

describe('its pods', () => {
  test('start from the template of the stable set, as many as the canary has', () => {
    const { actions } = armsOfSize(two)(scene({ sets: [stable] }))
    expect(verbs(actions)).toEqual(['create web-one-b7'])
    expect(actions).toMatchObject([{ object: { spec: { replicas: 2, template: { spec: { containers: [{ image: 'demo:v1' }] } } } } }])
  })
  test('wait for the stable set to be read', () => {
    const move = armsOfSize(two)(scene({ sets: [], seen: { setsComplete: false } }))
    expect(move.wait?.for).toBe('the stable version to be read')
    expect(move.actions).toEqual([])
  })
  test('cannot be made of a stable set that is gone', () => {
    expect(armsOfSize(two)(scene({ sets: [] })).failed).toContain('ReplicaSet web-one of the old version is gone')
  })
  test('are not compared with when they are not those of the old version', () => {
    const move = armsOfSize(two)(scene({ sets: [stable, fresh(2, 2, 'sidecar')] }))
    expect(move.failed).toContain('changed the pod template of ReplicaSet web-one-b7 when it was made, at template.spec.containers')
  })
  test('are resized in the plan that resizes the canary, also while that waits', () => {
    const move = armsOfSize(() => 3)(scene({ sets: [stable, fresh(2)] }))
    expect(verbs(move.actions)).toEqual(['patch web-two', 'patch web-one-b7'])
    expect(move.run).toMatchObject({ canary: { replicas: 3 }, baseline: { replicas: 3, available: 2 } })
  })
  test('are waited for, and then there are no more than needed', () => {
    const move = armsOfSize(two)(scene({ sets: [stable, fresh(1)], after: 1_000 }))
    expect(move.wait?.for).toBe('2 pods of the fresh baseline to become available (1 are)')
    const done = armsOfSize(two)(scene({ sets: [stable, fresh(4, 4)] }))
    expect(done.wait?.for).toBe('the fresh baseline to have 2 pods only')
    expect(verbs(done.actions)).toEqual(['patch web-one-b7'])
    expect(armsOfSize(two)(scene({ sets: [stable, fresh(2)] })).wait).toBeUndefined()
  })
  test('that do not come up end the run without a word against the new version', () => {
    const { failed } = armsOfSize(two)(scene({ sets: [stable, fresh(0)], after: deadline }))
    expect(failed).toBe(
      '0 of 2 pods of the fresh baseline became available within 10m: these are of the old version, so it says nothing against the new one',
    )
  })
  test('clear the new version when neither comes up', () => {
    const canary = setObject('web-two', 'v2', { owner: 'rollout', replicas: 2, available: 0 })
    const { failed } = armsOfSize(two)(scene({ sets: [stable, fresh(0), canary], after: deadline }))
    expect(failed).toContain('neither the new version nor the fresh baseline')
  })
  test('do not come when the steps are skipped', () => {
    const move = armsOfSize(two)(scene({ sets: [stable], run: { fast: true } }))
    expect(move).toMatchObject({ actions: [] })
    expect(move.wait).toBeUndefined()
  })
})

describe('the end of it', () => {
  const slice = (terminating: boolean, set = 'web-one-b7') =>
    sliceOf('web-baseline', { pod: `${set}-abcde`, ready: !terminating, terminating })
  const slices = (baseline: KubeObject[]) => ({ slices: { root: [], canary: [], baseline } })

  test('takes its pods first, and its set when they have left the endpoints', () => {
    const first = baselineGone(scene({ sets: [stable, fresh(2)], seen: slices([slice(false)]) }))
    expect(verbs(first.actions)).toEqual(['patch web-one-b7'])
    expect(first.wait).toBeDefined()
    const second = baselineGone(scene({ sets: [stable, fresh(0, 0)], seen: slices([slice(true)]) }))
    expect(second.actions).toEqual([])
    expect(second.wait).toBeDefined()
    const last = baselineGone(scene({ sets: [stable, fresh(0, 0)], seen: slices([slice(false, 'web-one-b6')]) }))
    expect(verbs(last.actions)).toEqual(['delete web-one-b7'])
    expect(last.wait).toBeUndefined()
    expect(last.run.baseline).toMatchObject({ replicas: 0, available: 0 })
  })

  test.each([
    ['with endpoints keeps its share', [slice(false)], [50, 25, 25]],
    ['without endpoints gets no request', [], [50, 50, undefined]],
  ])('on the way back, with two of four stable pods there, a baseline %s', (_, baseline, expected) => {
    const rules = [{ backendRefs: [{ name: 'web', weight: 1 }] }]
    const shown = [
      {
        backendRefs: [
          { name: 'web', weight: 0 },
          { name: 'web-canary', weight: 100 },
          { name: 'web-baseline', weight: 0 },
        ],
      },
    ]
    const object: KubeObject = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'shop', labels: { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' } },
      spec: { rules: shown },
    }
    const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web-baseline', namespace: 'shop' } }
    const route = { apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'web', router: httpRoute, object }
    const going = scene({
      sets: [stable, fresh(2)],
      seen: { ...slices(baseline), baselineService: service, routes: [route] },
      run: {
        weight: { wanted: 100, actual: 100 },
        originals: { routes: [{ apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'web', original: rules }] },
      },
    })
    const { run, actions } = asLittleAsPossible({ ...going, view: { ...going.view, available: 2 } })
    const [action] = actions
    if (action?.verb !== 'patch') throw new Error('the route was not told')
    const weights = new Map(
      action.ops.flatMap(({ op, path, ...rest }) => {
        const value = 'value' in rest ? rest.value : undefined
        if (op === 'replace' && /\/weight$/.test(path)) return [[Number(path.split('/').at(-2)), value]]
        if (op === 'replace' && /\/backendRefs$/.test(path)) return (value as { weight: number }[]).map(({ weight }, i) => [i, weight])
        return []
      }) as [number, number][],
    )
    expect([0, 1, 2].map((i) => weights.get(i))).toEqual(expected)
    expect(run.weight.wanted).toBe(expected[1])
  })
})

test('fresh without routes is refused before anything moves', () => {
  const o = world({ spec: { service: 'web', canary: { baseline: 'fresh' } }, status: rested })
  if (o.workload === 'missing') throw new Error('unreachable: the world has one')
  expect(problemOf(o, o.workload)).toMatchObject({ reason: 'RouterCannot', message: expect.stringContaining('needs spec.traffic.routes') })
})

describe('parts taken together', () => {
  const base = scene({ sets: [] })
  test('wait as long as one waits, until the first time that is due, and all act', () => {
    const act = (name: string) => ({
      verb: 'delete' as const,
      target: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name },
      uid: name,
      because: '',
    })
    const move = together([
      (at) => waits(at, { for: 'one', because: 'a', until: 20 }, [act('one')]),
      (at) => satisfied(at, [act('two')]),
      (at) => waits(at, { for: 'three', because: 'c', until: 10 }),
    ])(base)
    expect(move.wait).toEqual({ for: 'one', because: 'a', until: 10 })
    expect(verbs(move.actions)).toEqual(['delete one', 'delete two'])
  })
  test('are satisfied when all are', () => {
    expect(together([satisfied, satisfied])(base).wait).toBeUndefined()
  })
})
