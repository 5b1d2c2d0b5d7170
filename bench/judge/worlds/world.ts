import type { PlanInput } from '../../../analysis/src/plan.ts'
import type { Form, Interval, Measurement } from '../../../analysis/src/table.ts'
import { poisson } from '../random/distributions.ts'
import type { Stream } from '../random/philox.ts'

/** One kind of rollout: what is true of it, how it is judged, and its tables. */
export interface World {
  readonly name: string
  readonly family: string
  readonly truth: 'clean' | 'grey' | 'bad'
  /** Clean, but as noisy as noise gets. */
  readonly stress: boolean
  /** The interval, from 1, with which the harm begins. */
  readonly onset: number
  /** Intervals until the judge must have decided. */
  readonly deadline: number
  readonly plan: PlanInput
  /** The metric whose totals are requests and bad answers. */
  readonly serves?: string
  /** What an oracle knows of a counter: by how much it will be worse, and how its events cluster. */
  readonly oracle?: { readonly metric: string; readonly ratio: number; readonly dispersion: number }
  intervals(stream: Stream): readonly Interval[]
  /** The same service before the release, with a pseudo-canary of `share` carved out of the stable version. */
  placebo(stream: Stream, intervals: number): readonly Interval[]
}

/** What all metrics of one interval share. */
export interface Moment {
  /** From 1. */
  readonly interval: number
  /** From 0 at the start to 1 at the deadline. */
  readonly progress: number
  readonly canary: number
  readonly baseline: number
  /** Whether the canary's fault shows in this interval. */
  readonly faulty: boolean
  /** Intervals since the fault began, 0 for the first. */
  readonly sinceOnset: number
  /** Whether the interval lies in an incident that hits both arms. */
  readonly incident: boolean
}

/** One metric of a world. `begin` draws what lasts for a run and returns what draws an interval. */
export interface Source {
  readonly name: string
  readonly form: Form
  begin(stream: Stream): (moment: Moment) => Measurement
}

export interface WorldSpec {
  readonly name: string
  readonly family: string
  readonly truth: 'clean' | 'grey' | 'bad'
  readonly stress?: boolean
  /** Requests a minute in all. */
  readonly rpm: number
  /** Percent of the canary, by interval; or one for all. Default 10. */
  readonly weight?: number | ((interval: number) => number)
  readonly sources: readonly Source[]
  readonly onset?: number
  /** The interval from which the fault is gone. */
  readonly recovers?: number
  readonly deadline?: number
  /** How many intervals of a run are shared incidents. */
  readonly incidents?: number
  readonly plan?: Omit<PlanInput, 'metrics'>
  /** Settings of single metrics, by name. */
  readonly metrics?: Readonly<Record<string, Omit<PlanInput['metrics'][number], 'name' | 'form'>>>
  readonly oracle?: World['oracle']
  /** What the collector makes of the intervals: gaps, resets, lateness. */
  readonly collect?: (intervals: readonly Interval[], stream: Stream) => readonly Interval[]
}

const placeboWeight = 10

export function world(spec: WorldSpec): World {
  const { name, family, truth, rpm, sources, onset = 1, recovers = Number.POSITIVE_INFINITY, deadline = 60, incidents = 0 } = spec
  const weightAt = typeof spec.weight === 'function' ? spec.weight : () => (typeof spec.weight === 'number' ? spec.weight : 10)
  const draw = (stream: Stream, count: number, weightOf: (interval: number) => number, harmed: boolean): Interval[] => {
    const metrics = sources.map((source) => [source.name, source.begin(stream)] as const)
    const shared = new Set<number>()
    while (shared.size < Math.round((incidents * count) / deadline)) shared.add(1 + Math.floor(stream.uniform() * count))
    const intervals: Interval[] = []
    for (let interval = 1; interval <= count; interval++) {
      const weight = weightOf(interval)
      const moment: Moment = {
        interval,
        progress: harmed ? interval / deadline : 0,
        canary: poisson(stream, (rpm * weight) / 100),
        baseline: poisson(stream, (rpm * (100 - weight)) / 100),
        faulty: harmed && truth !== 'clean' && interval >= onset && interval < recovers,
        sinceOnset: Math.max(0, interval - onset),
        incident: shared.has(interval),
      }
      const measured: Record<string, Measurement> = {}
      for (const [metric, at] of metrics) measured[metric] = at(moment)
      intervals.push({ interval, weight, metrics: measured })
    }
    return intervals
  }
  const collect = spec.collect ?? ((intervals) => intervals)
  return {
    name,
    family,
    truth,
    stress: spec.stress ?? false,
    onset,
    deadline,
    plan: {
      deadline: deadline * 60,
      ...spec.plan,
      metrics: sources.map((source) => ({ ...spec.metrics?.[source.name], name: source.name, form: source.form })),
    },
    serves: sources.find((source) => source.form === 'ratio')?.name ?? sources.find((source) => source.form === 'histogram')?.name,
    oracle: spec.oracle,
    intervals: (stream) => collect(draw(stream, deadline, weightAt, true), stream),
    placebo: (stream, count) =>
      ascending(
        collect(
          draw(stream, count, () => placeboWeight, false),
          stream,
        ),
      ),
  }
}

/** What a record keeps: an interval that comes after its successor is not taken. */
function ascending(intervals: readonly Interval[]): readonly Interval[] {
  let last = 0
  return intervals.filter(({ interval }) => {
    if (interval <= last) return false
    last = interval
    return true
  })
}

/** Weights that rise step by step, each for as long. */
export function stepped(weights: readonly number[], each: number): (interval: number) => number {
  return (interval) => weights[Math.min(weights.length - 1, Math.floor((interval - 1) / each))] ?? 100
}
