import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { httpRoute } from '../traffic/httpRoute.ts'
import { applyPatch } from '../traffic/testing/applyPatch.ts'
import type { Observed } from './observed.ts'
import { plan } from './plan.ts'
import { at, setObject, sliceOf, world } from './testing/observed.ts'
import { sceneOf } from './testing/run.ts'

/** A Rollout that has seen its v1 and is at rest. */
const rested = plan(world({}), at).status
const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
const writes = (sets: Parameters<typeof world>[0]['sets'], status = rested, more: Partial<Observed['rollout']['metadata']> = {}) => {
  const o = world({ status, ...(sets ? { sets } : {}) })
  const rollout = { ...o.rollout, metadata: { ...o.rollout.metadata, ...more } }
  return plan({ ...o, rollout }, at).actions.map((action) => {
    if (action.verb === 'create' || action.verb === 'apply') return action.verb
    const fenced = action.verb === 'patch' && action.fenced ? ' fenced' : ''
    const to =
      action.verb === 'patch' ? action.ops.flatMap((op) => (op.path === '/spec/replicas' && op.op === 'replace' ? op.value : [])) : []
    return `${action.verb}${fenced} ${action.target.name}${to.length > 0 ? ` to ${to}` : ''}`
  })
}

describe('a set of the Rollout that no run is of', () => {
  test('loses its pods first, past every cache', () => {
    expect(writes([stable, setObject('web-two', 'v2', { owner: 'rollout', replicas: 3 })])).toEqual(['patch fenced web-two to 0'])
  })
  test('waits for those of the stable version, but not with pods of which none is available: that one may never have all, and a mended one waits', () => {
    const o = (available: number) =>
      world({ status: rested, sets: [stable, setObject('web-two', 'v2', { owner: 'rollout', replicas: 3, available })] })
    const short = ({ workload, ...of }: Observed) => {
      if (workload === 'missing') throw new Error('no workload')
      return plan({ ...of, workload: { ...workload, available: 2 } }, at).actions
    }
    expect(short(o(1))).toEqual([])
    expect(short(o(0))).toMatchObject([{ target: { name: 'web-two' }, fenced: true }])
  })
  test('goes when it is empty and never served', () => {
    expect(writes([stable, setObject('web-two', 'v2', { owner: 'rollout', replicas: 0 })])).toEqual(['delete web-two'])
  })
  test('becomes ordinary history when it served once', () => {
    const version = (set: string) => ({ hash: set, template: set, set, images: [] })
    const promoted = { id: 1, from: version('web-two'), to: version('web-one'), result: 'Promoted' as const, because: 'it passed' }
    const status = { ...rested, history: [{ ...promoted, startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:00Z' }] }
    expect(writes([stable, setObject('web-two', 'v2', { owner: 'rollout', replicas: 0 })], status)).toEqual(['patch fenced web-two'])
  })
  test('goes back to a workload without pods when it is of the stable version, whatever its name', () => {
    const set = setObject('web-again', 'v1', { owner: 'rollout', replicas: 4 })
    const o = world({ status: rested, sets: [set] })
    const { workload } = o
    if (workload === 'missing') throw new Error('no workload')
    const actions = (available: number) => plan({ ...o, workload: { ...workload, available } }, at).actions
    expect(actions(0)).toMatchObject([{ target: { name: 'web-again' }, ops: [{}, { value: [{ kind: 'Deployment' }] }] }])
    expect(actions(4)).toMatchObject([
      { target: { name: 'web-again' }, ops: expect.arrayContaining([{ op: 'replace', path: '/spec/replicas', value: 0 }]) },
    ])
  })
  test('says what its pods wait for before the next run, which may never come, and the way past that', () => {
    const o = world({
      status: rested,
      image: 'v3',
      held: true,
      sets: [stable, setObject('web-two', 'v2', { owner: 'rollout', replicas: 3 })],
    })
    if (o.workload === 'missing') throw new Error('no workload')
    const { message } = plan({ ...o, workload: { ...o.workload, available: 2 } }, at).status
    const past = 'serin release web -n shop --reason "..." lets in what Deployment web asks for instead, past Serin'
    expect(message).toBe(`a changed template is held: the pods of web-two go first, once all pods of Deployment web are available; ${past}`)
  })
  test('that is the stable one goes back to the workload with all its pods', () => {
    expect(writes([setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 })])).toEqual(['patch fenced web-one'])
  })
  test('that is the stable one goes back to a held workload only where it has more pods than what that runs natively: both would be scaled in proportion', () => {
    const beside = (available: number, setsComplete = true) => {
      const sets = [
        setObject('web-one', 'v1', { owner: 'rollout', replicas: 3 }),
        setObject('web-two', 'v2', { owner: 'workload', replicas: 4, available }),
      ]
      const o = world({ status: rested, image: 'v3', held: true, sets })
      if (o.workload === 'missing') throw new Error('no workload')
      const seen = { ...o, workload: { ...o.workload, available }, setsComplete }
      return plan(seen, at).actions.map((action) => action.verb === 'patch' && { set: action.target.name, ...action.ops.at(-1) })
    }
    const owner = (kind: string) => [expect.objectContaining({ kind, controller: true })]
    expect(beside(4)).toMatchObject([{ set: 'web-one', path: '/spec/replicas', value: 0 }])
    expect(beside(3)).toMatchObject([false, { set: 'web-two' }, { set: 'web-one', value: owner('Deployment') }])
    expect(beside(3, false)).toEqual([])
  })
  test('keeps its Rollout from vanishing, with which it would go at once', () => {
    const [finalizers, deletionTimestamp] = [['serin.dev/run'], '2026-01-01T00:00:00Z']
    const stray = (replicas: number) => setObject('web-two', 'v2', { owner: 'rollout', replicas })
    expect(writes([stable, stray(3)], rested, { finalizers })).toEqual(['patch fenced web-two to 0'])
    expect(writes([stable, stray(3)], rested, { finalizers, deletionTimestamp })).toEqual(['patch fenced web-two to 0'])
    expect(writes([stable, stray(0)], rested, { finalizers, deletionTimestamp })).toEqual(['delete web-two'])
    expect(writes([stable], rested, { finalizers, deletionTimestamp })).toEqual(['patch web', 'patch web'])
  })
})

const templateOf = (image: string): string => {
  const { workload } = world({ image })
  return workload === 'missing' ? '' : workload.template
}

describe('a Service that is held, and no run is under way', () => {
  const labels = { 'serin.dev/run': '1', 'serin.dev/rollout': 'web' }
  const selector = { app: 'web', 'pod-template-hash': 'one' }
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop', labels }, spec: { selector } }
  const of = { spec: { service: 'web', blueGreen: {} }, status: rested }

  test('is let go, past every cache, and follows all pods again', () => {
    const { actions } = plan({ ...world(of), service }, at)
    expect(actions).toMatchObject([{ verb: 'patch', target: { kind: 'Service' }, fenced: true }])
    expect(actions[0]).toMatchObject({ ops: expect.arrayContaining([{ op: 'remove', path: '/spec/selector/pod-template-hash' }]) })
  })
  test('is let go before a run begins', () => {
    const { actions, status } = plan({ ...world({ ...of, image: 'v2', held: true }), service }, at)
    expect(actions).toMatchObject([{ verb: 'patch', target: { kind: 'Service' }, fenced: true }])
    expect(status.run).toBeUndefined()
  })
  test('follows all pods again also after a run that a command began over the pin', () => {
    const refused = { template: templateOf('v2'), because: 'it crashed', result: 'RolledBack' as const }
    const metadata = { name: 'retry-1', namespace: 'shop', uid: 'retry-uid' }
    const commands = [{ metadata, spec: { rollout: 'web', action: 'retry' as const } }]
    const asked = world({ ...of, status: { ...rested, refused }, image: 'v2', held: true, commands })
    const begun = plan({ ...asked, service }, at).status
    expect(begun.run).toMatchObject({ trigger: 'Retry', stage: 'Starting' })
    const { actions } = plan({ ...world({ ...of, status: begun, held: true }), service }, at)
    const unpinned = actions.find(({ because }) => because === 'Service web is as it was before the run')
    expect(unpinned).toMatchObject({ ops: expect.arrayContaining([{ op: 'remove', path: '/spec/selector/pod-template-hash' }]) })
  })
  test('stays as it is when another Rollout holds it', () => {
    const ofAnother = { ...service, metadata: { ...service.metadata, labels: { ...labels, 'serin.dev/rollout': 'other' } } }
    expect(plan({ ...world(of), service: ofAnother }, at).actions).toEqual([])
  })
})

test('a route that is held while no run is under way is let go, and what the run gave to its own Services is the share of the root', () => {
  const seen = (rollout: string, ...guests: unknown[]) => {
    const labels = { 'serin.dev/run': '1', 'serin.dev/rollout': rollout }
    const rules = [{ backendRefs: [{ name: 'web', port: 80, weight: 30 }, { name: 'foreign', weight: 5 }, ...guests] }]
    const metadata = { name: 'web', namespace: 'shop', labels, resourceVersion: '3', generation: 4 }
    const object: KubeObject = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { rules } }
    const route = { apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'web', router: httpRoute, object }
    const { actions } = plan({ ...world({ spec: { service: 'web' }, status: rested }), routes: [route] }, at)
    const after = actions.reduce((left, action) => (action.verb === 'patch' ? applyPatch(left, action.ops) : left), object)
    return { fenced: actions.map((action) => 'fenced' in action && action.fenced), labels: after.metadata.labels, spec: after.spec }
  }
  const spec = (weight: number) => ({
    rules: [
      {
        backendRefs: [
          { name: 'web', port: 80, weight },
          { name: 'foreign', weight: 5 },
        ],
      },
    ],
  })
  const guest = (name: string, weight: number) => ({ name, port: 80, weight })
  expect(seen('web')).toEqual({ fenced: [true], labels: {}, spec: spec(30) })
  expect(seen('web', guest('web-canary', 60), guest('web-baseline', 10))).toEqual({ fenced: [true], labels: {}, spec: spec(100) })
  expect(seen('another')).toMatchObject({ fenced: [], spec: spec(30) })
})

test('a Service that an earlier run left goes, past every cache, when no run is under way', () => {
  const left = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop', uid: name }, spec: {} })
  const o = world({ spec: { service: 'web', canary: {} }, status: rested })
  const { actions } = plan({ ...o, canaryService: left('web-canary'), baselineService: left('web-baseline') }, at)
  expect(actions).toMatchObject([
    { verb: 'delete', target: { name: 'web-canary' }, fenced: true },
    { verb: 'delete', target: { name: 'web-baseline' }, fenced: true },
  ])
})

test('a run that ends lets go of its routes once', () => {
  const labels = { 'serin.dev/run': '1', 'serin.dev/rollout': 'web' }
  const metadata = { name: 'web', namespace: 'shop', labels, resourceVersion: '3' }
  const rules = [{ backendRefs: [{ name: 'web', port: 80 }] }]
  const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { rules } }
  const routes = [{ apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'web', router: httpRoute, object }]
  const spec = { service: 'web', canary: {}, traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } }
  const { run } = sceneOf(world({ spec, image: 'v2', held: true }), {
    run: { stage: 'RollingBack', mode: 'Routes', outcome: { result: 'Superseded', because: 'released by hand', released: true } },
  })
  const { actions, status } = plan({ ...world({ spec, image: 'v2', status: { ...rested, run } }), routes }, at)
  expect(status.run).toBeUndefined()
  expect(actions.filter((action) => 'target' in action && action.target.kind === 'HTTPRoute')).toHaveLength(1)
})

test('what the end of a run and the rest after it both ask for is written once', () => {
  const sets = [
    setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'workload', replicas: 4 }),
  ]
  const metadata = { name: 'web', namespace: 'shop', resourceVersion: '5', labels: { 'serin.dev/run': '7', 'serin.dev/rollout': 'web' } }
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'web', 'pod-template-hash': 'two' } } }
  const o = { ...world({ spec: { service: 'web', blueGreen: {} }, image: 'v2', sets }), service }
  const slices = { ...o.slices, root: [sliceOf('web', { pod: 'web-two-abcde', ready: true })] }
  const { run } = sceneOf(o, { run: { stage: 'Promoting', mode: 'Switch', weight: { wanted: 100, actual: 100 } } })
  const { status, actions } = plan({ ...o, slices, rollout: { ...o.rollout, status: { ...rested, run } } }, at)
  expect(status).toMatchObject({ kept: { version: { set: 'web-one' } } })
  expect(status.run).toBeUndefined()
  expect(actions.filter(({ verb }) => verb === 'apply')).toHaveLength(1)
})

test('no run begins over a route that gives the new version a share by itself, and the status says so', () => {
  const giving = (share: number, more: Parameters<typeof world>[0] = {}, labels = {}) => {
    const refs = [
      { name: 'web', port: 80, weight: 100 - share },
      { name: 'web-canary', port: 80, weight: share },
    ]
    const metadata = { name: 'web', namespace: 'shop', labels, resourceVersion: '3' }
    const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: { rules: [{ backendRefs: refs }] } }
    const route = { apiVersion: object.apiVersion, kind: 'HTTPRoute', name: 'web', router: httpRoute, object }
    const traffic = { routes: [{ kind: 'HTTPRoute', name: 'web' }] }
    const o = world({ spec: { service: 'web', canary: {}, traffic }, status: rested, ...more })
    const { phase, message, run } = plan({ ...o, routes: [route] }, at).status
    return { phase, message, runs: run !== undefined }
  }
  const message = 'HTTPRoute web gives 60 % to Service web-canary, and only a run does that: apply it without'
  expect(giving(60)).toEqual({ phase: 'Degraded', message, runs: false })
  expect(giving(60, { image: 'v2', held: true })).toEqual({ phase: 'Degraded', message, runs: false })
  expect(giving(0, { image: 'v2', held: true })).toMatchObject({ runs: true })
  // What a run left is given up in this look.
  expect(giving(60, {}, { 'serin.dev/run': '1', 'serin.dev/rollout': 'web' })).toMatchObject({ phase: 'Healthy' })
})
