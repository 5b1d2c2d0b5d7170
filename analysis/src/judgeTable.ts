import { TableError } from './check.ts'
import { JudgePlan, type PlanInput, planFor } from './plan.ts'
import { explained } from './sequential/explain.ts'
import { sequentialJudge } from './sequential/judge.ts'
import type { Interval } from './table.ts'
import type { Verdict } from './verdict.ts'

/**
 * The sequential judge's verdict on a table, explained. Without metrics in the plan those of the first interval are judged by the defaults.
 * Throws a TableError for a table, a ZodError for a plan that makes no sense.
 */
export function judge(intervals: readonly Interval[], plan: Partial<PlanInput> = {}): Verdict {
  const { metrics, ...rest } = plan
  const resolved = metrics ? JudgePlan.parse(plan) : planFor(metricsOf(intervals), rest)
  const state = intervals.reduce(sequentialJudge.observe, sequentialJudge.begin(resolved))
  return explained(sequentialJudge.verdict(state), state, intervals)
}

function metricsOf([first]: readonly Interval[]): { name: string; form: Interval['metrics'][string]['form'] }[] {
  const metrics = Object.entries(first?.metrics ?? {}).map(([name, { form }]) => ({ name, form }))
  if (metrics.length === 0)
    throw new TableError('the table is empty: give at least one interval with a metric, or a plan that names the metrics')
  return metrics
}
