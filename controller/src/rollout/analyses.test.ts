import { describe, expect, test } from 'vitest'
import { AnalysisRunSpec, type AnalysisRunStatus } from '../api/analysisRun.ts'
import { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
import type { RolloutSpecInput } from '../api/rollout.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import { afterPassed } from './analyses.ts'
import type { AnalysisObject, Observed } from './observed.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { sceneOf } from './testing/run.ts'

const template = AnalysisTemplateSpec.parse({
  metrics: [{ name: 'errors', ratio: { bad: 'bad{pod=~"{{arm.pods}}"}', total: 'all{pod=~"{{arm.pods}}"}' } }],
})
const templateOf: Observed['templateOf'] = ({ name }) => (name === 'http' ? template : undefined)
const ramp = (analysis: object = {}): Partial<RolloutSpecInput> => ({
  canary: { ramp: { weights: [20, 50] } },
  analysis: { templates: [{ name: 'http' }], ...analysis },
})
const rested = (spec: Partial<RolloutSpecInput>) => plan(world({ spec, templateOf }), at).status

/** A world whose run has its pods and its analysis, in this state, and stands at 20 % of the traffic. */
function running(spec: Partial<RolloutSpecInput>, status?: Partial<AnalysisRunStatus>, more: { fast?: boolean } = {}) {
  let known: RolloutStatus = rested(spec)
  const sets = [setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })]
  let analyses: AnalysisObject[] = []
  for (let turn = 0; turn < 4; turn++) {
    const next = plan(world({ spec, templateOf, status: known, image: 'v2', held: true, sets, analyses }), at + turn)
    known = next.status
    for (const action of next.actions) {
      if (action.verb !== 'create') continue
      const { kind, metadata } = action.object
      if (kind === 'ReplicaSet') sets.push(setObject(metadata.name, 'v2', { owner: 'rollout', replicas: 1 }))
      if (kind === 'AnalysisRun') {
        const spec = AnalysisRunSpec.parse(action.object.spec)
        analyses = [...analyses, { metadata: { ...metadata, namespace: 'shop', uid: `${metadata.name}-uid` }, spec }]
      }
    }
  }
  const base: AnalysisRunStatus = {
    phase: 'Running',
    verdict: 'Running',
    message: 'errors: not enough yet.',
    intervals: 3,
    metrics: [],
    problems: [],
    learned: [],
    ramp: [
      { weight: 20, passed: false },
      { weight: 50, passed: false },
    ],
  }
  const judged = status === undefined ? analyses : analyses.map((one) => ({ ...one, status: { ...base, ...status } }))
  const run = known.run && more.fast ? { ...known.run, fast: true } : known.run
  return { known: { ...known, ...(run ? { run } : {}) }, analyses: judged, sets, spec }
}
const next = (of: ReturnType<typeof running>) =>
  plan(world({ spec: of.spec, templateOf, status: of.known, image: 'v2', held: true, sets: of.sets, analyses: of.analyses }), at + 10)
const nodata = { what: 'errors', kind: 'NoData' as const, because: 'no data of the new version', since: '2026-01-01T00:00:00Z' }
const down = { what: 'MetricSource shop/default', kind: 'SourceDown' as const, because: 'it answered 503', since: '2026-01-01T00:00:00Z' }

describe('a run with an analysis', () => {
  test('writes down what it measures when it begins: templates as they are then, arms by their pods, the ramp', () => {
    const { analyses } = running(ramp())
    expect(analyses.map(({ metadata }) => metadata.name)).toEqual(['web-1'])
    expect(analyses[0]?.spec).toMatchObject({
      for: { rollout: 'web', run: 1, stage: 'Background' },
      metrics: [{ name: 'errors' }],
      arms: { canary: { pods: expect.stringMatching(/^web-\w+-\[a-z0-9\]\{5\}$/) }, baseline: { pods: 'web-one-[a-z0-9]{5}' } },
      ramp: { weights: [20, 50], budget: '0.1%' },
      routed: false,
    })
  })
  test('makes what measures after the switch again, when somebody deleted it', () => {
    const spec = { service: 'web', blueGreen: {}, analysis: { after: { templates: [{ name: 'http' }] } } }
    const scene = sceneOf(world({ spec, templateOf, image: 'v2', held: true }), { run: { stage: 'Promoting', mode: 'Switch' } })
    const { wait, actions } = afterPassed(scene)
    expect(wait?.for).toBe('its analysis to be made')
    expect(actions).toEqual([expect.objectContaining({ verb: 'create', object: expect.objectContaining({ kind: 'AnalysisRun' }) })])
  })
  test('does not begin with a template that is not there, and says what to write', () => {
    const spec = { ...ramp(), analysis: { templates: [{ name: 'htp' }] } }
    const { status, actions } = plan(world({ spec, templateOf, status: rested(ramp()), image: 'v2', held: true }), at + 1)
    expect(status.run).toBeUndefined()
    expect(status.conditions.find(({ type }) => type === 'Stalled')).toMatchObject({ status: 'True', reason: 'AnalysisUnfit' })
    expect(status.message).toContain('htp')
    expect(actions.filter(({ verb }) => verb === 'create')).toEqual([])
  })
  test('does not begin with an argument that no template declares', () => {
    const spec = ramp({ args: { cod: '500' } })
    const { status } = plan(world({ spec, templateOf, status: rested(ramp()), image: 'v2', held: true }), at + 1)
    expect(status.run).toBeUndefined()
    expect(status.message).toContain('spec.analysis.args.cod is no argument of the templates: remove it')
  })
  test('waits at a weight, with the sentence of the analysis, until its evidence suffices', () => {
    const waiting = next(running(ramp(), {})).status.run
    expect(waiting?.step).toMatchObject({ index: 1, kind: 'evidence' })
    expect(waiting?.waiting?.for).toBe('evidence: errors: not enough yet')
    expect(waiting?.analysis).toMatchObject({ name: 'web-1', phase: 'Running', verdict: 'Running' })
    const gone = next(running(ramp(), { ramp: [{ weight: 20, passed: true }] })).status.run
    expect(gone?.step?.index).toBe(2)
  })
  test('keeps when the traffic changed, for an analysis that comes back later', () => {
    expect(running(ramp(), {}).known.run?.shifts).toEqual([{ weight: 20, at: expect.any(String) }])
  })
  test('goes back as soon as the analysis fails', () => {
    const { status } = next(running(ramp(), { verdict: 'Fail', phase: 'Fail', message: 'errors: 3 times the baseline.' }))
    expect(status.run).toMatchObject({ stage: 'RollingBack', outcome: { result: 'RolledBack', because: 'errors: 3 times the baseline' } })
  })
  test('does not mind a failure once a person skipped what was left', () => {
    const { status } = next(running(ramp(), { verdict: 'Fail', phase: 'Fail' }, { fast: true }))
    expect(status.run?.stage).toBe('Promoting')
  })
})

describe('where evidence does not come', () => {
  test.each([
    ['a source that is down makes it wait', {}, { problems: [down] }, 'MetricSource shop/default to answer', 'it answered 503'],
    [
      'also when its evidence would suffice',
      {},
      { problems: [down], ramp: [{ weight: 20, passed: true }] },
      'MetricSource shop/default to answer',
      '',
    ],
    ['no data makes it wait', {}, { problems: [nodata] }, 'somebody to decide', 'errors: no data of the new version'],
    ['no data that is to be ignored', { onNoData: 'ignore' as const }, { problems: [nodata] }, 'evidence: errors: not enough yet', ''],
    ['an inconclusive analysis makes it wait', {}, { verdict: 'Inconclusive' as const }, 'somebody to decide', 'serin promote web goes on'],
    [
      'promote: not where something looked like harm',
      { onInconclusive: 'promote' as const },
      { verdict: 'Inconclusive' as const, calm: false },
      'somebody to decide',
      'something looked like harm',
    ],
    ['an analysis that cannot be measured', {}, { phase: 'Error' as const }, 'somebody to decide', 'it cannot be measured'],
    ['one that somebody stopped', {}, { phase: 'Stopped' as const }, 'somebody to decide', 'its analysis was stopped'],
  ])('%s', (_, use, status, waits, because) => {
    const { run } = next(running(ramp(use), status)).status
    expect(run?.stage).toBe('Stepping')
    expect(run?.waiting?.for).toBe(waits)
    expect(run?.waiting?.because).toContain(because)
  })
  test.each([
    ['onNoData: rollback', { onNoData: 'rollback' as const }, { problems: [nodata] }],
    ['onInconclusive: rollback', { onInconclusive: 'rollback' as const }, { verdict: 'Inconclusive' as const }],
  ])('%s goes back', (_, use, status) => {
    expect(next(running(ramp(use), status)).status.run?.stage).toBe('RollingBack')
  })
  test('onInconclusive: promote goes on where nothing looked like harm', () => {
    expect(next(running(ramp({ onInconclusive: 'promote' }), { verdict: 'Inconclusive', calm: true })).status.run?.step?.index).toBe(2)
  })
  test('a remark holds nothing up', () => {
    const remark = { ...nodata, kind: 'Remark' as const }
    expect(next(running(ramp(), { problems: [remark], ramp: [{ weight: 20, passed: true }] })).status.run?.step?.index).toBe(2)
  })
  test('a person is waited for as Paused', () => {
    expect(next(running(ramp(), { problems: [nodata] })).status.phase).toBe('Paused')
  })
})
