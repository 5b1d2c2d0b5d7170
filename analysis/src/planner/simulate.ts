import { intervalsIn, type JudgePlan } from '../plan.ts'
import { sequentialJudge } from '../sequential/judge.ts'
import { gatePassed } from '../sequential/state.ts'
import type { Interval, Measurement } from '../table.ts'
import { type Effect, spoken, type World } from './world.ts'

/** A moment of a simulated run: intervals since its start, and what the canary has served by then. */
export interface Moment {
  readonly intervals: number
  /** Undefined where nothing counts requests. */
  readonly requests: number | undefined
}

export interface SimulatedRun {
  readonly decision: 'pass' | 'fail' | 'open'
  /** When that was decided; the deadline for a run that stayed open. */
  readonly end: Moment
  /** By metric of the plan: when its evidence of harmlessness was enough. */
  readonly metrics: readonly (Moment | undefined)[]
  /** By step of the ramp: when it could be left. */
  readonly steps: readonly (Moment | undefined)[]
  /** By metric: how much of the nats it needed for a pass it had at the end, at most 1. */
  readonly reached: readonly number[]
}

/**
 * One release, judged by the sequential judge interval by interval to its decision or the deadline. With a ramp the weight follows the judge: a step
 * is left as soon as it has passed; without one it is `weight` percent throughout.
 */
export function simulate(plan: JudgePlan, world: World, weight: number, run: number, effect?: Effect): SimulatedRun {
  const next = world.run(run, new Set(plan.metrics.map(({ name }) => name)), effect)
  const weights = plan.ramp?.weights ?? [weight]
  const deadline = intervalsIn(plan.deadline, plan)
  const needs = -Math.log(plan.beta)
  const metrics: (Moment | undefined)[] = plan.metrics.map(() => undefined)
  const steps: (Moment | undefined)[] = plan.ramp ? weights.map(() => undefined) : []
  let state = sequentialJudge.begin({ ...plan, metrics: plan.metrics.map(spoken) })
  let step = 0
  let requests: number | undefined
  let at = 0
  let evidence = state.metrics.map((metric) => metric.evidence)
  while (at < deadline && !state.failed && !state.passed) {
    const interval = next(weights[step] ?? weight)
    state = sequentialJudge.observe(state, interval)
    at += 1
    const served = servedIn(interval)
    if (served !== undefined) requests = (requests ?? 0) + served
    evidence = state.metrics.map((metric) => metric.evidence)
    for (const [metric, { pass }] of evidence.entries())
      if (!metrics[metric] && (pass[0] ?? Number.NEGATIVE_INFINITY) >= needs) metrics[metric] = { intervals: at, requests }
    if (plan.ramp && gatePassed(state, evidence, step + 1)) {
      steps[step] ??= { intervals: at, requests }
      step = Math.min(step + 1, weights.length - 1)
    }
  }
  return {
    decision: state.failed ? 'fail' : state.passed ? 'pass' : 'open',
    end: { intervals: at, requests },
    metrics,
    steps,
    reached: evidence.map(({ pass }) => Math.min(1, Math.max(0, (pass[0] ?? 0) / needs))),
  }
}

/** A plan for one metric by itself, with the share of alpha that it has among the others. */
export function alone(plan: JudgePlan, at: number, shares: readonly number[]): JudgePlan {
  const metric = plan.metrics[at]
  return { ...plan, metrics: metric ? [metric] : [], alpha: plan.alpha * (shares[at] ?? 0) }
}

/** The canary's requests: of the first metric that counts them. */
function servedIn({ metrics }: Interval): number | undefined {
  const counted = Object.values(metrics).flatMap((measurement: Measurement) => {
    if (measurement.form === 'ratio') return measurement.canary ? [{ rank: 0, total: measurement.canary.total }] : []
    if (measurement.form === 'histogram')
      return measurement.canary ? [{ rank: 1, total: measurement.canary.buckets.reduce((sum, [, count]) => sum + count, 0) }] : []
    return []
  })
  return counted.sort((a, b) => a.rank - b.rank)[0]?.total
}
