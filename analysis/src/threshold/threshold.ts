import type { Decision } from '../verdict.ts'
import { type Answer, type Condition, compile, type Variables } from './expression.ts'
import { mostValues } from './language.ts'
import type { ThresholdMetric } from './plan.ts'

/** What was measured: a value, with the samples behind it where there are any, or why there is none. */
export type Measured =
  | { readonly value: number | readonly number[] | null; readonly canary?: unknown; readonly baseline?: unknown }
  | { readonly error: string }

export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'error'

/** One metric's count so far. Once decided it stays as it is. */
export interface ThresholdState {
  readonly plan: ThresholdMetric
  readonly pass: Condition | undefined
  readonly fail: Condition | undefined
  readonly counts: Readonly<Record<Outcome, number>>
  readonly errorsInARow: number
  /** What came of the last measurement. */
  readonly last: { readonly outcome: Outcome; readonly why: string } | undefined
  readonly decision: Decision
}

/** Compiles the conditions. Throws a TableError when one is wrong. */
export function begin(plan: ThresholdMetric): ThresholdState {
  const { pass, fail, form } = plan
  return {
    plan,
    pass: pass === undefined ? undefined : compile(pass, form),
    fail: fail === undefined ? undefined : compile(fail, form),
    counts: { pass: 0, fail: 0, inconclusive: 0, error: 0 },
    errorsInARow: 0,
    last: undefined,
    decision: 'continue',
  }
}

/**
 * Counts one more measurement.
 *
 * | conditions | passes | fails | inconclusive |
 * |---|---|---|---|
 * | neither | always | | |
 * | `pass` | true | false | hangs on a NaN |
 * | `fail` | false | true | hangs on a NaN |
 * | both | `pass` true, `fail` not | `fail` true | neither true, or a NaN decides |
 *
 * A measurement that could not be made or evaluated (no value, an empty list where one is used) is an error: it counts neither for nor against,
 * and only errors in a row end the metric. What ends it is looked at in the order: failures, inconclusive ones, errors, count.
 */
export function observe(state: ThresholdState, measured: Measured): ThresholdState {
  if (state.decision !== 'continue') return state
  const last = outcomeOf(state, measured)
  const counts = { ...state.counts, [last.outcome]: state.counts[last.outcome] + 1 }
  const errorsInARow = last.outcome === 'error' ? state.errorsInARow + 1 : 0
  const next = { ...state, counts, errorsInARow, last }
  return { ...next, decision: decide(next) }
}

/** Measurements that count: all but errors. */
export function measuredSoFar({ counts }: Pick<ThresholdState, 'counts'>): number {
  return counts.pass + counts.fail + counts.inconclusive
}

/** What there is to say, as a sentence. */
export function sentence(state: ThresholdState): string {
  const { plan, counts, decision, last, errorsInARow } = state
  const measured = measuredSoFar(state)
  const why = last === undefined || last.why === '' ? '' : `; the last: ${last.why}`
  switch (decision) {
    case 'fail':
      return `${plan.name}: ${counts.fail} of ${measurements(measured)} failed, ${plan.failureLimit === 0 ? 'and none may' : `more than ${plan.failureLimit}`}${why}.`
    case 'pass':
      return `${plan.name}: ${measurements(measured)}, ${counts.fail === 0 ? 'none failed' : `${counts.fail} failed, at most ${plan.failureLimit} may`}.`
    case 'inconclusive':
      return errorsInARow > plan.errorLimit
        ? `${plan.name}: ${errorsInARow} errors in a row, more than ${plan.errorLimit}${why}.`
        : `${plan.name}: ${counts.inconclusive} of ${measurements(measured)} inconclusive, ${plan.inconclusiveLimit === 0 ? 'and none may be' : `more than ${plan.inconclusiveLimit}`}${why}.`
    case 'continue': {
      const of = plan.count === undefined ? measurements(measured) : `${measured} of ${measurements(plan.count)}`
      const end = plan.count === undefined ? '; it has no count, so it can fail but not pass' : ''
      return `${plan.name}: ${of}, ${counts.fail === 0 ? 'none failed' : `${counts.fail} failed`}${end}.`
    }
  }
}

function decide(state: Omit<ThresholdState, 'decision'>): Decision {
  const { plan, counts, errorsInARow } = state
  if (counts.fail > plan.failureLimit) return 'fail'
  if (counts.inconclusive > plan.inconclusiveLimit) return 'inconclusive'
  if (errorsInARow > plan.errorLimit) return 'inconclusive'
  return plan.count !== undefined && measuredSoFar(state) >= plan.count ? 'pass' : 'continue'
}

function outcomeOf({ pass, fail }: ThresholdState, measured: Measured): { outcome: Outcome; why: string } {
  if ('error' in measured) return { outcome: 'error', why: measured.error }
  const { value } = measured
  if (Array.isArray(value) && value.length > mostValues)
    return { outcome: 'error', why: `${value.length} values: at most ${mostValues} are looked at` }
  const variables: Variables = { value, canary: measured.canary, baseline: measured.baseline }
  const failed = fail ? fail.ask(variables) : false
  const passed = pass ? pass.ask(variables) : undefined
  const said = (source: string | undefined) => `${source} with ${shownValue(value)}`
  if (failed === true) return { outcome: 'fail', why: said(fail?.source) }
  const error = errorIn(failed) ?? errorIn(passed)
  if (error !== undefined) return { outcome: 'error', why: error }
  if (failed === 'unknown' || passed === 'unknown') {
    const source = failed === 'unknown' ? fail?.source : pass?.source
    return { outcome: 'inconclusive', why: `${source} cannot be told of NaN` }
  }
  if (passed === true || passed === undefined) return { outcome: 'pass', why: '' }
  if (fail) return { outcome: 'inconclusive', why: `neither ${pass?.source} nor ${fail.source} with ${shownValue(value)}` }
  return { outcome: 'fail', why: `not ${said(pass?.source)}` }
}

function errorIn(answer: Answer | undefined): string | undefined {
  return typeof answer === 'object' ? answer.error : undefined
}

function shownValue(value: number | readonly number[] | null): string {
  if (value === null) return 'no value'
  if (typeof value === 'number') return `value ${Number(value.toPrecision(4))}`
  const some = value.slice(0, 4).map((one) => String(Number(one.toPrecision(4))))
  return `values ${some.join(', ')}${value.length > 4 ? ', …' : ''}`
}

function measurements(count: number): string {
  return `${count} measurement${count === 1 ? '' : 's'}`
}
