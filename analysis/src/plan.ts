import { z } from 'zod'
import type { Form } from './table.ts'

/** A share: a number like 0.1, or a text like `10%`. */
const Share = z.union([
  z.number().nonnegative(),
  z
    .string()
    .regex(/^\d+(\.\d+)?%$/, 'write a share like 10% or 0.1')
    .transform((text) => Number(text.slice(0, -1)) / 100),
])
const Level = Share.refine((level) => level > 0 && level < 1, 'must be between 0 and 1, like 0.05')
const Positive = z.number().positive()

/** What is known of a metric from before the run, measured on the stable version alone (see `calibrate`). */
const History = z.strictObject({
  /** How many times more the counts vary than independent ones. For a histogram: of each edge, in the order of `edges`. */
  dispersion: z.union([z.number().min(1), z.array(z.number().min(1))]).optional(),
  /** Edges of a histogram at which the arms are compared. */
  edges: z.array(z.number()).min(1).max(8).optional(),
  /** Lag-1 autocorrelation of a gauge's log ratio. */
  correlation: z.number().min(-1).max(1).optional(),
})

export const MetricPlan = z.strictObject({
  name: z.string().min(1).max(253),
  form: z.enum(['ratio', 'count', 'histogram', 'gauge', 'raw']),
  /** Which change is harm. */
  direction: z.enum(['increase', 'decrease', 'either']).default('increase'),
  /** Differences below it never roll back, relative to the baseline. Default 10 %; a classic histogram 25 %. */
  tolerance: Share.optional(),
  /** A pass means: surely not worse than this, relative to the baseline. Default 50 %; gauge 30 %; exponential histogram 30 %, classic 100 %. */
  margin: Share.optional(),
  /** A pass allows this absolute difference of rates besides the margin. Default 0.1 % for ratio, else 0. */
  atLeast: Share.optional(),
  /** A canary's rate up to this is never harm. Default 0.05 % for ratio, else 0. */
  floor: Share.optional(),
  /** Breaker: a canary's rate above it in two consecutive intervals with at least 20 events fails at once. */
  hardMax: Share.optional(),
  /** Share of alpha, relative to the other metrics'. Default: error rates 0.35 together, histograms 0.35 together, the rest 0.3. */
  weight: Positive.optional(),
  /** Whether it must pass before the release is promoted. */
  gate: z.boolean().default(true),
  /** Whether canary data missing for three intervals, while the baseline has some, is a failure. */
  mustHaveData: z.boolean().default(false),
  /** Gauges: also look for a slow lasting rise (a leak). */
  trend: z.boolean().default(false),
  history: History.prefault({}),
})

const Ramp = z.strictObject({
  /** Percent of the traffic, step by step. */
  weights: z
    .array(z.number().positive().max(100))
    .min(1)
    .max(50)
    .refine(
      (weights) => weights.every((weight, at) => at === 0 || weight > (weights[at - 1] ?? 0)),
      'must rise from step to step, like 1, 5, 25, 50',
    )
    .default([1, 5, 25, 50]),
  /** At no step may the release be hiding more harm than this share of all requests. */
  budget: Share.default(0.001),
  /** Chance that a step is passed although it hides more. */
  beta: Level.default(0.2),
})

/** How a table is judged, in the user's words. Everything has a default but the metrics. */
export const JudgePlan = z
  .strictObject({
    metrics: z.array(MetricPlan).min(1).max(100),
    /** Chance of failing a healthy release, over all looks, metrics and steps together. */
    alpha: Level.default(0.05),
    /** Chance of passing a release of which some gating metric is beyond its margin. */
    beta: Level.default(0.05),
    /** What the canary is compared with: all that runs, or a set of the old version as fresh and large as the canary. */
    baseline: z.enum(['stable', 'fresh']).default('stable'),
    /** Whether the baseline also serves requests that pass the weights by (callers inside the cluster): then only a canary with more than its share is odd. */
    bypass: z.boolean().default(false),
    /** Whether a router is told the weights. Where pods alone make the shares, these are what the ready ones come to, and none is odd. */
    routed: z.boolean().default(true),
    /** Length of an interval in seconds. */
    interval: Positive.default(60),
    /** No pass before this many seconds. */
    bake: z.number().nonnegative().default(300),
    /** Undecided after this many seconds is inconclusive. */
    deadline: Positive.default(3600),
    /** Intervals left out at the start, and after each change of weight. */
    warmup: z.int().nonnegative().default(0),
    settle: z.int().nonnegative().default(0),
    ramp: Ramp.optional(),
  })
  .superRefine(({ metrics, bake, deadline }, check) => {
    const seen = new Set<string>()
    for (const [at, { name, hardMax, direction, form, trend }] of metrics.entries()) {
      if (hardMax !== undefined && (direction !== 'increase' || form === 'histogram' || form === 'raw'))
        check.addIssue({
          code: 'custom',
          path: ['metrics', at, 'hardMax'],
          message: 'hardMax works for ratio, count and gauge with direction increase: remove it here',
        })
      if (trend && form !== 'gauge')
        check.addIssue({ code: 'custom', path: ['metrics', at, 'trend'], message: 'trend works for gauges: remove it here' })
      if (seen.has(name))
        check.addIssue({
          code: 'custom',
          path: ['metrics', at, 'name'],
          message: `${name} stands twice: give each metric a name of its own`,
        })
      seen.add(name)
    }
    if (bake > deadline)
      check.addIssue({
        code: 'custom',
        path: ['bake'],
        message: `${bake} s is longer than the deadline of ${deadline} s: nothing could pass`,
      })
  })
export type JudgePlan = z.infer<typeof JudgePlan>
export type MetricPlan = z.infer<typeof MetricPlan>

/** The baseline's part of all requests while the canary has this one: fresh pods get as many as it, from a half on what it leaves. */
export function baselineShare({ baseline }: JudgePlan, canary: number): number {
  return baseline === 'fresh' ? Math.min(canary, 1 - canary) : 1 - canary
}

/** A plan as people write it: defaults left out. */
export type PlanInput = z.input<typeof JudgePlan>

/** The plan when nothing is said but what is measured. */
export function planFor(
  metrics: readonly { readonly name: string; readonly form: Form }[],
  rest: Omit<PlanInput, 'metrics'> = {},
): JudgePlan {
  return JudgePlan.parse({ ...rest, metrics })
}

/** Intervals in so many seconds, rounded up. */
export function intervalsIn(seconds: number, plan: Pick<JudgePlan, 'interval'>): number {
  return Math.ceil(seconds / plan.interval - 1e-9)
}
