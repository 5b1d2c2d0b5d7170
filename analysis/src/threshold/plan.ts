import { z } from 'zod'

const Expression = z.string().min(1)
const Limit = z.int().min(0).max(1_000_000)

/** A condition with limits: what most tools of progressive delivery mean by a metric. */
export const ThresholdMetric = z.strictObject({
  name: z.string().min(1).max(253),
  /** Form of the table's metric: checks what an expression says of `canary` and `baseline`. */
  form: z.enum(['ratio', 'count', 'histogram', 'gauge', 'raw']).optional(),
  /** A measurement passes when this is true. Without `fail` it fails when it is false. */
  pass: Expression.optional(),
  /** A measurement fails when this is true. Without `pass` it passes when it is false; with both and neither true it is inconclusive. */
  fail: Expression.optional(),
  /** The metric passes after so many measurements. Left out: it goes on for as long as it is measured. */
  count: z.int().min(1).max(1_000_000).optional(),
  /** More failed measurements than that, in all, fail the metric. */
  failureLimit: Limit.default(0),
  /** More inconclusive measurements than that, in all, make the metric inconclusive. */
  inconclusiveLimit: Limit.default(0),
  /** More errors than that in a row make the metric inconclusive. */
  errorLimit: Limit.default(4),
})
export type ThresholdMetric = z.infer<typeof ThresholdMetric>

export const ThresholdPlan = z.strictObject({ metrics: z.array(ThresholdMetric).min(1).max(100) }).superRefine(({ metrics }, check) => {
  for (const [at, { name }] of metrics.entries())
    if (metrics.findIndex((other) => other.name === name) !== at)
      check.addIssue({ code: 'custom', path: ['metrics', at, 'name'], message: `${name} stands twice: give each metric a name of its own` })
})
export type ThresholdPlan = z.infer<typeof ThresholdPlan>
export type ThresholdPlanInput = z.input<typeof ThresholdPlan>
