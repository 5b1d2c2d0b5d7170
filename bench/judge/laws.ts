import { isDeepStrictEqual } from 'node:util'
import type { JudgePlan } from '../../analysis/src/plan.ts'
import { sequentialJudge } from '../../analysis/src/sequential/judge.ts'
import type { Interval, Measurement } from '../../analysis/src/table.ts'
import type { Verdict } from '../../analysis/src/verdict.ts'
import { Stream } from './random/philox.ts'
import { learn, runsPerHistory } from './run.ts'
import { worldNamed } from './worlds/all.ts'

/** What must not change a verdict, tried on runs of a world. */
export interface LawsTask {
  readonly kind: 'laws'
  readonly world: string
  readonly seed: number
  readonly from: number
  readonly to: number
}

/** Runs tried, and of how many the verdict changed. */
export interface LawsResult {
  readonly tried: number
  readonly units: number
  readonly relabelled: number
  readonly renamed: number
  readonly replayed: number
}

/** Whether each law holds at every interval of each run. */
export function runLaws({ world: name, seed, from, to }: LawsTask): LawsResult {
  const world = worldNamed(name)
  const broken = { units: 0, relabelled: 0, renamed: 0, replayed: 0 }
  for (let run = from; run < to; run++) {
    const { plan } = learn(world, seed, Math.floor(run / runsPerHistory))
    const intervals = world.intervals(new Stream(seed, name, run))
    const plain = verdicts(plan, intervals)
    const decisions = plain.map(decisionOf)
    const same = (other: readonly Verdict[], named = decisionOf): boolean => isDeepStrictEqual(other.map(named), decisions)
    if (!same(verdicts(inThousands(plan), intervals.map(scaled)))) broken.units++
    if (!same(verdicts(turned(plan), intervals.map(swapped)), swappedBack)) broken.relabelled++
    if (!same(verdicts(renamed(plan), intervals.map(renamedInterval)), namedBack)) broken.renamed++
    if (!isDeepStrictEqual(verdicts(plan, intervals, true), plain)) broken.replayed++
  }
  return { tried: to - from, ...broken }
}

/** Verdict after each interval. `torn`: as after a restart, from a copy of the state, and each interval observed twice from the same state. */
function verdicts(plan: JudgePlan, intervals: readonly Interval[], torn = false): readonly Verdict[] {
  let state = sequentialJudge.begin(plan)
  return intervals.map((interval) => {
    if (torn) sequentialJudge.observe(state, interval)
    state = sequentialJudge.observe(torn ? structuredClone(state) : state, interval)
    return sequentialJudge.verdict(state)
  })
}

function decisionOf({ verdict, decidedAt, by }: Verdict): readonly unknown[] {
  return [verdict, decidedAt, by?.metric, by?.engine]
}

function mapMetrics(interval: Interval, change: (measured: Measurement) => Measurement): Interval {
  return { ...interval, metrics: Object.fromEntries(Object.entries(interval.metrics).map(([name, measured]) => [name, change(measured)])) }
}

/** Milliseconds for seconds, millicores for cores. */
function scaled(interval: Interval): Interval {
  return mapMetrics(interval, (measured) => {
    if (measured.form === 'gauge') {
      const more = (arm: { readonly values: readonly number[] }) => ({ values: arm.values.map((value) => value * 1000) })
      return {
        ...measured,
        ...(measured.canary && { canary: more(measured.canary) }),
        ...(measured.baseline && { baseline: more(measured.baseline) }),
      }
    }
    if (measured.form !== 'histogram') return measured
    const more = (arm: { readonly buckets: readonly (readonly [number, number])[] }) => ({
      buckets: arm.buckets.map(([upper, count]) => [upper * 1000, count] as const),
    })
    return {
      ...measured,
      ...(measured.canary && { canary: more(measured.canary) }),
      ...(measured.baseline && { baseline: more(measured.baseline) }),
    }
  })
}

function inThousands(plan: JudgePlan): JudgePlan {
  return {
    ...plan,
    metrics: plan.metrics.map((metric) =>
      metric.form === 'histogram' && metric.history.edges
        ? { ...metric, history: { ...metric.history, edges: metric.history.edges.map((edge) => edge * 1000) } }
        : metric,
    ),
  }
}

/** The arms change names, and harm its direction. */
function swapped({ weight, ...interval }: Interval): Interval {
  const other = mapMetrics(interval, ({ canary, baseline, ...rest }) => ({ ...rest, canary: baseline, baseline: canary }) as Measurement)
  return { ...other, ...(weight === undefined ? {} : { weight: 100 - weight }) }
}

function turned(plan: JudgePlan): JudgePlan {
  return { ...plan, metrics: plan.metrics.map((metric) => ({ ...metric, direction: 'decrease' as const })) }
}

function swappedBack({ verdict, decidedAt, by }: Verdict): readonly unknown[] {
  return [verdict, decidedAt, by?.metric, by?.engine.replace(', lower', '')]
}

/** Metrics under other names, and in another order. */
function renamed(plan: JudgePlan): JudgePlan {
  return { ...plan, metrics: plan.metrics.toReversed().map((metric) => ({ ...metric, name: `other ${metric.name}` })) }
}

function renamedInterval(interval: Interval): Interval {
  return {
    ...interval,
    metrics: Object.fromEntries(Object.entries(interval.metrics).map(([name, measured]) => [`other ${name}`, measured])),
  }
}

function namedBack({ verdict, decidedAt, by }: Verdict): readonly unknown[] {
  return [verdict, decidedAt, by?.metric.replace('other ', ''), by?.engine]
}
