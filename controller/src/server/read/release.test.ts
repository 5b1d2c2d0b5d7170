import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RolloutSpec } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import { somebodyDecides } from '../../rollout/scene.ts'
import { Release } from '../dto/release.ts'
import { releaseAndLater, releaseOf } from './release.ts'

const at = (minutes: number) => new Date(Date.parse('2026-01-01T10:00:00Z') + minutes * 60_000).toISOString()
const version = (hash: string) => ({ hash, template: `t-${hash}`, set: `web-${hash}`, revision: 3, images: [`demo:${hash}`] })
const spec = RolloutSpec.parse({
  workload: { name: 'web' },
  canary: { steps: [{ weight: 20 }, { pause: {} }, { pause: { for: '5m' } }, { analyze: {} }] },
})

function rollout(status: unknown, more: object = {}): KubeObject {
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u1',
      resourceVersion: '7',
      labels: { team: 'blue' },
      creationTimestamp: at(0),
    },
    spec: { workload: { name: 'web' }, ...more },
    ...(status === undefined ? {} : { status }),
  }
}

const rest = (phase: string, more: object = {}) => ({
  phase,
  message: 'demo:one serves',
  conditions: [condition('Ready', phase === 'Healthy'), condition('Stalled', phase === 'Degraded', 'WorkloadMissing')],
  stable: { ...version('one'), since: at(1) },
  ...more,
})
const condition = (type: string, on: boolean, reason = 'Healthy') => ({
  type,
  status: on ? 'True' : 'False',
  reason,
  message: '',
  lastTransitionTime: at(2),
})
const running = (run: object, phase = 'Progressing') =>
  rest(phase, {
    conditions: [condition('Stalled', false)],
    run: {
      id: 4,
      startedAt: at(3),
      trigger: 'Template',
      from: version('one'),
      to: version('two'),
      mode: 'Pods',
      spec,
      stage: 'Stepping',
      stageSince: at(3),
      step: { index: 0, kind: 'weight', since: at(4) },
      steps: 4,
      weight: { wanted: 20, actual: 10 },
      ...run,
    },
  })
const waiting = (what: string, more: object = {}) => ({ for: what, because: 'so it is', since: at(5), ...more })
const atStep = (index: number, kind: string, more: object = {}) => running({ step: { index, kind, since: at(4) }, ...more })
const judged = (more: object) => ({ name: 'web-4', stage: 'Background', phase: 'Running', message: 'It is not known yet.', ...more })
const attention = (status: unknown, minutes = 6, more: object = {}) =>
  releaseOf(rollout(status, more), { teamLabel: 'team', now: Date.parse(at(minutes)) }).attention

describe('a release', () => {
  test('at rest is what serves, and nobody needs to look', () => {
    const history = [
      { id: 3, from: version('zero'), to: version('one'), result: 'Promoted', because: 'x', startedAt: at(0), endedAt: at(1) },
    ]
    expect(releaseOf(rollout(rest('Healthy', { history })), { teamLabel: 'team' })).toEqual({
      namespace: 'shop',
      name: 'web',
      uid: 'u1',
      version: '7',
      workload: { kind: 'Deployment', name: 'web' },
      strategy: 'canary',
      team: 'blue',
      phase: 'Healthy',
      message: 'demo:one serves',
      stable: { hash: 'one', revision: 3, images: ['demo:one'] },
      last: { id: 3, result: 'Promoted', because: 'x', endedAt: at(1) },
      since: at(2),
    })
  })
  test('under way shows its step, its weights and both versions', () => {
    const { run, since } = releaseOf(rollout(running({ waiting: waiting('2 pods', { until: at(9) }) })), { teamLabel: 'team' })
    expect(run).toEqual({
      id: 4,
      startedAt: at(3),
      stage: 'Stepping',
      step: { index: 0, kind: 'weight', since: at(4) },
      steps: 4,
      weight: { wanted: 20, actual: 10 },
      from: { hash: 'one', revision: 3, images: ['demo:one'] },
      to: { hash: 'two', revision: 3, images: ['demo:two'] },
      waiting: { for: '2 pods', because: 'so it is', since: at(5), until: at(9) },
    })
    expect(since).toBe(at(4))
  })
  test('that no controller looked at is unknown, and says why', () => {
    expect(releaseOf(rollout(undefined), { teamLabel: 'team' })).toMatchObject({ phase: 'Unknown', since: at(0), message: /Serin running/ })
  })
  test('of a status that cannot be read is unknown, and says where', () => {
    const { phase, message } = releaseOf(rollout({ phase: 'Dancing', message: '' }), { teamLabel: 'team' })
    expect([phase, message]).toEqual(['Unknown', expect.stringContaining('status.phase')])
  })
  test('with blueGreen is a switch', () => {
    expect(releaseOf(rollout(undefined, { blueGreen: {} }), { teamLabel: 'team' }).strategy).toBe('blueGreen')
  })
})

describe('a person is needed', () => {
  test.each([
    ['a pause without an end', atStep(1, 'pause', { waiting: waiting('somebody to promote it') }), 'Decision', 5],
    ['a step that waits for votes', atStep(1, 'approve', { waiting: waiting('2 votes') }), 'Approval', 5],
    [
      'an analysis without a word',
      atStep(3, 'analyze', {
        waiting: waiting(somebodyDecides, { because: 'It is not known yet. serin promote web goes on' }),
        analysis: judged({ verdict: 'Inconclusive' }),
      }),
      'Decision',
      5,
    ],
    [
      'an analysis that was stopped',
      atStep(3, 'analyze', { waiting: waiting(somebodyDecides), analysis: judged({ phase: 'Stopped' }) }),
      'Decision',
      5,
    ],
    [
      'an analysis without data',
      atStep(3, 'analyze', { waiting: waiting(somebodyDecides), analysis: judged({ verdict: 'Inconclusive' }) }),
      'NoData',
      5,
    ],
    [
      'an analysis that cannot be measured',
      atStep(3, 'analyze', { waiting: waiting(somebodyDecides), analysis: judged({ phase: 'Error' }) }),
      'NoData',
      5,
    ],
    [
      'a source that is silent',
      atStep(3, 'analyze', { waiting: waiting('MetricSource prometheus to answer'), analysis: judged({}) }),
      'NoData',
      5,
    ],
    ['a run that somebody paused', running({ paused: { since: at(5), by: 'anna' } }, 'Paused'), 'Paused', 5],
    ['a held template while the Rollout is paused', rest('Paused'), 'Paused', 2],
    [
      'a run on its way back',
      running({ stage: 'RollingBack', outcome: { result: 'RolledBack', because: 'x' } }, 'Degraded'),
      'RolledBack',
      3,
    ],
    [
      'a refused template',
      rest('Degraded', {
        refused: { template: 't', because: 'x', result: 'RolledBack' },
        conditions: [condition('Ready', false), condition('Stalled', true, 'RolledBack')],
      }),
      'RolledBack',
      2,
    ],
    ['a workload that is missing', rest('Degraded'), 'Failed', 2],
  ])('by %s', (_, status, kind, since) => {
    expect(attention(status)).toEqual({ kind, since: at(since) })
  })
  test('by a Rollout whose spec is paused in mid-run', () => {
    expect(attention(atStep(0, 'weight', { waiting: waiting('somebody to resume it') }), 6, { paused: true })).toMatchObject({
      kind: 'Paused',
    })
  })
  test('by a refused template, though the workload has another problem as well: that one', () => {
    const refused = { template: 't', because: 'x', result: 'RolledBack' }
    expect(attention(rest('Degraded', { refused }))).toMatchObject({ kind: 'Failed' })
  })
})

describe('nobody is needed', () => {
  test.each([
    ['at rest', rest('Healthy')],
    ['a pause that ends by itself', atStep(2, 'pause', { waiting: waiting('a pause to end', { until: at(10) }) })],
    [
      'evidence that is being gathered, however long',
      atStep(3, 'analyze', { waiting: waiting('evidence: more requests'), analysis: judged({}) }),
    ],
    [
      'a run that somebody aborted',
      running({ stage: 'RollingBack', outcome: { result: 'Aborted', because: 'x', by: 'anna' } }, 'Degraded'),
    ],
  ])('by %s', (_, status) => {
    expect(attention(status)).toBeUndefined()
  })
})

describe('stuck', () => {
  const pods = running({ waiting: waiting('the native rolling update to finish') })
  test('is a run whose pods have used up half of the time after which it is rolled back', () => {
    const canary = { replicas: 2, available: 0, progressAt: at(4) }
    const missing = running({ canary, waiting: waiting('2 pods', { until: at(14) }) })
    expect(attention(missing, 8.9)).toBeUndefined()
    expect(attention(missing, 9)).toEqual({ kind: 'Stuck', since: at(5) })
  })
  test('is a rollback that says so, whatever it goes back from', () => {
    const conditions = [condition('Stalled', true, 'Stuck')]
    const back = { stage: 'RollingBack', outcome: { result: 'RolledBack', because: 'x' }, waiting: waiting('stable') }
    expect(attention({ ...running(back, 'Degraded'), conditions })).toEqual({ kind: 'Stuck', since: at(2) })
  })
  test('is what takes more than half of the progress deadline', () => {
    expect(attention(pods, 9.9)).toBeUndefined()
    expect(attention(pods, 10)).toEqual({ kind: 'Stuck', since: at(5) })
    expect(attention(pods, 10, { progressDeadline: '1h' })).toBeUndefined()
  })
  test('is a wait whose end has passed: nobody looks after it', () => {
    const pause = atStep(2, 'pause', { waiting: waiting('a pause to end', { until: at(10) }) })
    expect(attention(pause, 10.5)).toBeUndefined()
    expect(attention(pause, 11)).toMatchObject({ kind: 'Stuck' })
  })
  test('is a native rolling update that does not end', () => {
    expect(attention(rest('Progressing'), 11.9)).toBeUndefined()
    expect(attention(rest('Progressing'), 12)).toMatchObject({ kind: 'Stuck' })
  })
  test('is known beforehand, for whoever follows', () => {
    expect(releaseAndLater(rollout(pods), { teamLabel: 'team' }).later).toEqual({
      at: Date.parse(at(10)),
      attention: { kind: 'Stuck', since: at(5) },
    })
  })
})

describe('whatever stands in a Rollout', () => {
  const json = fc.jsonValue({ maxDepth: 3 })
  const known = fc.constantFrom<unknown>(
    rest('Healthy'),
    rest('Degraded'),
    running({ waiting: waiting('x') }),
    atStep(1, 'pause'),
    atStep(7, 'pause'),
  )
  // Real statuses with one value anywhere replaced by anything.
  const damaged = fc.tuple(known, fc.nat(200), json).map(([status, nth, value]) => {
    let count = 0
    return JSON.parse(JSON.stringify(status), (_, held) => (count++ === nth ? value : held))
  })
  test('it becomes a release of the shape that is promised', () => {
    fc.assert(
      fc.property(fc.oneof(json, damaged), fc.oneof(json, fc.constant(spec)), fc.nat(), (status, given, now) => {
        const object = { ...rollout(status), spec: given }
        const release = releaseOf(object, { teamLabel: 'team', now })
        expect(Release.safeParse(release).error).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
  })
})
