import {
  explained,
  type Interval,
  JudgePlan,
  type KayentaPlan,
  kayentaJudge,
  type PlanInput,
  plainConfig,
  sequentialJudge,
  type ThresholdPlan,
  thresholdJudge,
  type Verdict,
} from '@serin/analysis'
import { readCanaryConfig } from '@serin/analysis/kayenta'
import type { AnalysisRunSpec } from '../api/analysisRun.ts'
import { milliseconds } from '../api/fields.ts'
import { collectedMetrics, type Metric } from '../api/metric.ts'

/**
 * The metrics of an analysis that are judged together: of one judge and one rhythm. Each part has a table and a record of its own;
 * what is only tried out (`dryRun`) is a part apart, so that it shares neither alpha nor gates with the rest.
 */
export type Part = PartPlan & {
  /** Tells the parts of one analysis apart. */
  readonly key: string
  readonly dryRun: boolean
  /** Length of an interval in milliseconds; of a part that is asked once, of the analysis. */
  readonly step: number
  /** Asked once, by a Job or a webhook. */
  readonly once: boolean
  /** What it answered, for people. */
  readonly said?: string
}

export type PartPlan =
  | { readonly judge: 'sequential'; readonly plan: JudgePlan }
  | { readonly judge: 'kayenta'; readonly plan: KayentaPlan }
  | { readonly judge: 'threshold'; readonly plan: ThresholdPlan }

type Measured = ReturnType<typeof collectedMetrics>[number]

/** The parts of an analysis, always in the same order. Throws a TableError or CanaryConfigError for what the judges cannot use. */
export function partsOf(spec: AnalysisRunSpec): Part[] {
  const step = milliseconds(spec.interval)
  const tried = ({ metric }: Measured) => metric.dryRun || spec.judge.kind === 'none' || spec.arms.baseline === undefined
  const compared = collectedMetrics(spec.metrics)
  const deciding = compared.filter((one) => !tried(one))
  const shown = compared.filter(tried)
  const parts: Part[] = []
  if (deciding.length > 0) {
    const plan: PartPlan =
      spec.judge.kind === 'kayenta'
        ? { judge: 'kayenta', plan: kayentaPlan(spec, deciding) }
        : { judge: 'sequential', plan: sequentialPlan(spec, deciding) }
    parts.push({ ...plan, key: plan.judge, dryRun: false, step, once: false })
  }
  if (shown.length > 0 && spec.arms.baseline !== undefined)
    parts.push({ judge: 'sequential', plan: sequentialPlan(spec, shown), key: 'dry-sequential', dryRun: true, step, once: false })
  for (const dryRun of [false, true]) {
    const thresholds = spec.metrics.filter((metric) => metric.threshold && metric.dryRun === dryRun)
    const rhythms = [...new Set(thresholds.map(({ threshold }) => milliseconds(threshold?.interval ?? spec.interval)))]
    for (const rhythm of rhythms) {
      const metrics = thresholds.filter(({ threshold }) => milliseconds(threshold?.interval ?? spec.interval) === rhythm)
      parts.push({
        judge: 'threshold',
        plan: { metrics: metrics.map(thresholdOf) },
        key: `${dryRun ? 'dry-' : ''}threshold-${rhythm / 1000}s`,
        dryRun,
        step: rhythm,
        once: false,
      })
    }
  }
  for (const metric of spec.metrics.filter(({ job, webhook }) => job ?? webhook))
    parts.push({
      judge: 'threshold',
      plan: {
        metrics: [{ name: metric.name, pass: 'value == 1.0', count: 1, failureLimit: 0, inconclusiveLimit: 0, errorLimit: 1_000_000 }],
      },
      key: `once-${metric.name}`,
      dryRun: metric.dryRun,
      step,
      once: true,
    })
  for (const part of parts) if (part.judge === 'threshold') thresholdJudge.begin(part.plan)
  return parts
}

/** Names of the metrics that a part judges. */
export function namesOf(part: PartPlan): string[] {
  return part.judge === 'kayenta' ? part.plan.config.metrics.map(({ name }) => name) : part.plan.metrics.map(({ name }) => name)
}

function sequentialPlan(spec: AnalysisRunSpec, metrics: readonly Measured[]): JudgePlan {
  const seconds = (duration: string) => milliseconds(duration) / 1000
  const interval = seconds(spec.interval)
  const deadline = Math.max(seconds(spec.deadline), interval)
  return JudgePlan.parse({
    metrics: metrics.map(metricPlan),
    alpha: spec.alpha,
    beta: spec.beta,
    baseline: spec.baseline,
    bypass: true,
    routed: spec.routed,
    interval,
    bake: Math.min(seconds(spec.bake), deadline),
    deadline,
    warmup: Math.ceil(seconds(spec.warmup) / interval),
    settle: spec.settle,
    ...(spec.ramp ? { ramp: spec.ramp } : {}),
  })
}

function metricPlan({ metric, form }: Measured): PlanInput['metrics'][number] {
  const { name, direction, tolerance, margin, atLeast, floor, hardMax, weight, gate, mustHaveData, trend } = metric
  const breaker = direction === 'increase' && form !== 'histogram' ? { hardMax } : {}
  return {
    name,
    form,
    direction,
    gate,
    mustHaveData,
    ...(form === 'gauge' ? { trend } : {}),
    ...{ tolerance, margin, atLeast, floor, weight, ...breaker },
  }
}

function thresholdOf({ name, threshold }: Metric): ThresholdPlan['metrics'][number] {
  if (!threshold) throw new Error(`metric ${name} has no threshold`)
  const { query: _, interval: __, ...limits } = threshold
  return { name, ...limits }
}

function kayentaPlan(spec: AnalysisRunSpec, metrics: readonly Measured[]): KayentaPlan {
  const { pass = 95, marginal = 75, after, config } = spec.judge.kayenta ?? {}
  const names = metrics.map(({ metric }) => metric.name)
  const given = config && readCanaryConfig(config)
  const plain = plainConfig(names)
  return {
    config: given ? { ...given, metrics: plain.metrics.map((own) => given.metrics.find(({ name }) => name === own.name) ?? own) } : plain,
    thresholds: { pass, marginal },
    ...(after === undefined ? {} : { after: Math.max(1, Math.round(milliseconds(after) / milliseconds(spec.interval))) }),
  }
}

/** A judge at work on one part. Nothing in it is ever changed. */
export interface Sitting {
  observe(interval: Interval): Sitting
  verdict(): Verdict
  /** The verdict with limits of each ratio that hold at every look. Costs a pass over all intervals, which are those observed. */
  explained(intervals: readonly Interval[]): Verdict
}

/** A judge that has seen nothing yet. */
function opened(part: PartPlan): Sitting {
  switch (part.judge) {
    case 'sequential':
      return sitting(sequentialJudge, sequentialJudge.begin(part.plan), explained)
    case 'kayenta':
      return sitting(kayentaJudge, kayentaJudge.begin(part.plan))
    case 'threshold':
      return sitting(thresholdJudge, thresholdJudge.begin(part.plan))
  }
}

type Explain<S> = (verdict: Verdict, state: S, intervals: readonly Interval[]) => Verdict

function sitting<S>(
  judge: { observe(state: S, interval: Interval): S; verdict(state: S): Verdict },
  state: S,
  explain: Explain<S> = (verdict) => verdict,
): Sitting {
  return {
    observe: (interval) => sitting(judge, judge.observe(state, interval), explain),
    verdict: () => judge.verdict(state),
    explained: (intervals) => explain(judge.verdict(state), state, intervals),
  }
}

/** The judge after those intervals. */
export function seated(part: PartPlan, intervals: readonly Interval[]): Sitting {
  return intervals.reduce((at, interval) => at.observe(interval), opened(part))
}
