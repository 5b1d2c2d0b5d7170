import { describe, expect, test } from 'vitest'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import { awaited, outcomeOf, type Seen } from './outcome.ts'
import { ago, deployment, entry, inRun, rollout, run, stalled, status, version } from './testing/fixtures.ts'

const sight = (its: RolloutStatus | undefined, tag: string, paused = false): Seen => ({
  rollout: rollout(its),
  workload: deployment(tag, paused),
})
const v2 = { template: version('v2').template, lastRun: 0 }

/** Looks once at the beginning and once later, as `status --watch` does. */
function later(first: Seen, then: Seen) {
  const wanted = awaited(first)
  if (!wanted) throw new Error('no workload at the first look')
  return outcomeOf(wanted, then)
}

describe('a template that the controller has not seen yet', () => {
  test('a healthy status of the version before does not count', () => {
    expect(outcomeOf(v2, sight(status(), 'v2', true))).toMatchObject({ state: 'open' })
  })
  test('nor does one that was rolled back before', () => {
    const before = status({
      phase: 'Degraded',
      refused: { template: version('v3').template, because: 'errors', result: 'RolledBack' },
      conditions: [stalled('RolledBack', 'v3 is held')],
      history: [entry(6, 'v3', 'RolledBack')],
    })
    expect(outcomeOf(v2, sight(before, 'v2', true))).toMatchObject({ state: 'open' })
  })
  test('nor does the run of another version that is still under way', () => {
    expect(later(sight(inRun(), 'v3', true), sight(inRun(), 'v3', true))).toMatchObject({ state: 'open' })
  })
  test('nor does a status before the last change of the Rollout itself', () => {
    expect(outcomeOf({ ...v2, template: version('v1').template }, sight(status({ observedGeneration: 0 }), 'v1'))).toMatchObject({
      state: 'open',
    })
  })
  test('nor does a degraded status when the stable template was just put back', () => {
    const before = status({
      phase: 'Degraded',
      refused: { template: version('v2').template, because: 'errors', result: 'RolledBack' },
      conditions: [stalled('RolledBack', 'v2 is held')],
    })
    expect(later(sight(before, 'v1', true), sight(before, 'v1', true))).toMatchObject({ state: 'open' })
  })
  test('a Rollout without any status is open', () => {
    expect(outcomeOf(v2, sight(undefined, 'v2'))).toMatchObject({ state: 'open' })
  })
})

describe('the end of the awaited run', () => {
  const first = sight(status(), 'v2', true)
  const promotedV2 = status({ stable: { ...version('v2'), since: ago(0) }, history: [entry(7, 'v2', 'Promoted')] })

  test('under way is open, and says where it is', () => {
    expect(later(first, sight(inRun(), 'v2', true))).toEqual({
      state: 'open',
      message: 'run 7: step 2/4 pause, weight 10 %, waiting for somebody to promote it',
    })
  })
  test('stable at the awaited template and healthy is promoted', () => {
    expect(later(first, sight(promotedV2, 'v2'))).toEqual({ state: 'promoted', message: 'v2hash (checkout:v2) was promoted by run 7' })
  })
  test('healthy where the gate keeps the workload paused all the time is promoted too', () => {
    expect(later(first, sight(promotedV2, 'v2', true))).toMatchObject({ state: 'promoted' })
  })
  test('nothing changed at all is healthy', () => {
    expect(later(sight(status(), 'v1'), sight(status(), 'v1'))).toMatchObject({
      state: 'promoted',
      message: expect.stringContaining('no change waits'),
    })
  })
  test.each(['RolledBack', 'Aborted'] as const)('%s is a failure with its reason', (result) => {
    const after = status({
      phase: 'Degraded',
      refused: { template: version('v2').template, because: '5xx rose', result },
      history: [entry(7, 'v2', result, '5xx rose')],
    })
    expect(later(first, sight(after, 'v2', true))).toMatchObject({ state: 'failed', result, message: expect.stringContaining('5xx rose') })
  })
  test('a template that was refused long ago is not tried again: a failure, not an endless wait', () => {
    const after = status({ phase: 'Degraded', history: [entry(9, 'v3', 'Promoted'), entry(7, 'v2', 'RolledBack', '5xx rose')] })
    expect(later(sight(after, 'v2', true), sight(after, 'v2', true))).toMatchObject({ state: 'failed', result: 'RolledBack' })
  })
  test('a retry of a refused template is waited for', () => {
    const retried = { ...inRun({ id: 8, trigger: 'Retry' }), history: [entry(7, 'v2', 'RolledBack')] }
    expect(later(sight(retried, 'v2', true), sight(retried, 'v2', true))).toMatchObject({ state: 'open' })
  })
  test('rolled back with the stable template written back is rolled back, not healthy', () => {
    const after = status({
      refused: { template: version('v2').template, because: '5xx rose', result: 'RolledBack' },
      history: [entry(7, 'v2', 'RolledBack', '5xx rose')],
    })
    expect(later(first, sight(after, 'v1'))).toMatchObject({ state: 'failed', result: 'RolledBack' })
  })
  test('replaced by another template before it was promoted is superseded', () => {
    expect(later(first, sight(status(), 'v3', true))).toMatchObject({ state: 'failed', result: 'Superseded' })
  })
  test('replaced after it was promoted is promoted', () => {
    expect(later(first, sight({ ...promotedV2, run: run({ id: 8, to: version('v3') }) }, 'v3', true))).toMatchObject({ state: 'promoted' })
  })
})

describe('undo', () => {
  test('that has just begun waits for the template it goes back to', () => {
    const undoing = inRun({ trigger: 'Undo', stage: 'Starting', to: version('v0') })
    const undone = status({ stable: { ...version('v0'), since: ago(0) }, history: [{ ...entry(7, 'v0', 'Promoted') }] })
    expect(later(sight(undoing, 'v1'), sight(undone, 'v0'))).toMatchObject({ state: 'promoted' })
  })
})

describe('trouble', () => {
  const missing = status({ phase: 'Degraded', conditions: [stalled('ServiceMissing', 'Service checkout does not exist')] })
  test('is neither an end nor progress', () => {
    expect(outcomeOf(v2, sight(missing, 'v2', true))).toEqual({
      state: 'troubled',
      message: 'ServiceMissing: Service checkout does not exist',
    })
    expect(outcomeOf({ ...v2, template: version('v1').template }, sight(missing, 'v1'))).toMatchObject({ state: 'troubled' })
  })
  test('a missing workload is one', () => {
    expect(outcomeOf(v2, { rollout: rollout(status()), workload: undefined })).toMatchObject({ state: 'troubled' })
    expect(awaited({ rollout: rollout(status()), workload: undefined })).toBeUndefined()
  })
})
