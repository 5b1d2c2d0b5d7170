import { checkInterval } from '../check.ts'
import type { Judge } from '../judge.ts'
import type { Arm, Interval, Measurement } from '../table.ts'
import type { ArmSummary, Decision, MetricVerdict, Verdict } from '../verdict.ts'
import type { ThresholdPlan } from './plan.ts'
import { pointOf } from './point.ts'
import { begin, type Measured, measuredSoFar, observe, sentence, type ThresholdState } from './threshold.ts'

export interface ThresholdJudgeState {
  readonly metrics: readonly {
    readonly state: ThresholdState
    readonly arms: Readonly<Partial<Record<Arm, ArmSummary>>>
  }[]
  readonly last: number | undefined
  readonly seen: number
  /** How many intervals had been seen when a measurement last failed. */
  readonly failedAt: number
  /** Label at which the whole was decided: nothing is looked at afterwards. */
  readonly decidedAt: number | undefined
}

/**
 * Conditions with limits over a table: every interval is one measurement of each metric, an interval without it an error. `value` is the canary's
 * rate or mean. It fails or is inconclusive as soon as one metric is, and passes when all have. No statistics: evidence counts measurements, p
 * is always 1. `begin` throws a TableError when an expression is wrong.
 */
export const thresholdJudge: Judge<ThresholdPlan, ThresholdJudgeState> = {
  begin({ metrics }) {
    return {
      metrics: metrics.map((metric) => ({ state: begin(metric), arms: {} })),
      last: undefined,
      seen: 0,
      failedAt: 0,
      decidedAt: undefined,
    }
  },
  observe(before, interval) {
    if (before.last !== undefined && interval.interval <= before.last) return before
    const now = { ...before, last: interval.interval }
    if (before.decidedAt !== undefined) return now
    checkInterval({ ...interval, metrics: {} })
    const metrics = before.metrics.map(({ state }) => {
      const measurement = Object.hasOwn(interval.metrics, state.plan.name) ? interval.metrics[state.plan.name] : undefined
      return { state: observe(state, measured(measurement, interval)), arms: measurement ? armsOf(measurement) : {} }
    })
    const seen = before.seen + 1
    const failing = metrics.some(({ state }, at) => state.counts.fail > (before.metrics[at]?.state.counts.fail ?? 0))
    const decided = overall(metrics.map(({ state }) => state.decision)) !== 'continue'
    return { ...now, metrics, seen, failedAt: failing ? seen : before.failedAt, decidedAt: decided ? interval.interval : undefined }
  },
  verdict({ metrics, last, seen, failedAt, decidedAt }): Verdict {
    const verdicts = metrics.map(({ state, arms }) => metricVerdict(state, arms))
    const verdict = overall(verdicts.map((metric) => metric.verdict))
    const cause = verdicts.find((metric) => metric.verdict === verdict) ?? verdicts[0]
    const failed = verdicts.filter((metric) => metric.verdict === 'fail').map(({ name }) => name)
    return {
      verdict,
      because: verdict === 'pass' && verdicts.length > 1 ? `All ${verdicts.length} metrics passed.` : (cause?.because ?? ''),
      interval: last ?? 0,
      ...(decidedAt !== undefined && (verdict === 'pass' || verdict === 'fail') ? { decidedAt } : {}),
      ...(verdict === 'fail' && cause ? { by: { metric: cause.name, engine: 'threshold', also: failed.slice(1) } } : {}),
      metrics: verdicts,
      calm: seen > 0 && failedAt <= seen / 2,
    }
  },
}

function overall(decisions: readonly Decision[]): Decision {
  if (decisions.includes('fail')) return 'fail'
  if (decisions.includes('inconclusive')) return 'inconclusive'
  return decisions.every((decision) => decision === 'pass') ? 'pass' : 'continue'
}

function measured(measurement: Measurement | undefined, { interval }: Interval): Measured {
  if (!measurement) return { error: `interval ${interval} has no data` }
  return {
    value: pointOf(measurement, 'canary') ?? null,
    canary: variable(measurement, 'canary'),
    baseline: variable(measurement, 'baseline'),
  }
}

/** An arm as an expression sees it: the sample's fields, every number a double, with what is mostly asked of lists. */
function variable(measurement: Measurement, arm: Arm): unknown {
  switch (measurement.form) {
    case 'ratio':
      return measurement[arm]
    case 'count':
      return measurement[arm] && { exposure: 1, ...measurement[arm] }
    case 'histogram': {
      const sample = measurement[arm]
      return sample && { ...sample, total: sample.buckets.reduce((sum, [, count]) => sum + count, 0), mean: pointOf(measurement, arm) }
    }
    case 'gauge':
    case 'raw':
      return measurement[arm] && { ...measurement[arm], mean: pointOf(measurement, arm) }
  }
}

function armsOf(measurement: Measurement): Partial<Record<Arm, ArmSummary>> {
  const arms: Partial<Record<Arm, ArmSummary>> = {}
  for (const arm of ['canary', 'baseline'] as const) {
    const mean = pointOf(measurement, arm)
    if (mean !== undefined && Number.isFinite(mean)) arms[arm] = { mean }
  }
  return arms
}

function metricVerdict(state: ThresholdState, arms: Partial<Record<Arm, ArmSummary>>): MetricVerdict {
  const { plan, counts, decision } = state
  const soFar = measuredSoFar(state)
  return {
    name: plan.name,
    form: 'threshold',
    verdict: decision,
    because: sentence(state),
    evidence: {
      harm: { has: counts.fail, needs: plan.failureLimit + 1 },
      // Without a count no number of measurements is enough.
      pass: plan.count === undefined ? { has: null, needs: 1 } : { has: soFar, needs: plan.count },
    },
    p: 1,
    ...arms,
    ...(plan.count === undefined || decision !== 'continue' ? {} : { needed: { intervals: plan.count - soFar } }),
  }
}
