import { combine } from '../calibrate/combine.ts'
import { baselineShare, type JudgePlan, type MetricPlan } from '../plan.ts'
import { nameOf, type Uniform, uniforms } from '../random.ts'
import type { Interval, Measurement } from '../table.ts'
import { type Change, type Shares, type Source, sourceOf } from './sources.ts'

/** Streams like the service's own: what a release would show, were it no worse than the history, or worse in one metric by a known amount. */
export interface World {
  /**
   * Intervals of a run, one a call, given the canary's weight in percent; of the metrics named. A run is a name: the same one shows the same numbers,
   * with whatever other metrics.
   */
  run(run: number, metrics: ReadonlySet<string>, effect?: Effect): (weight: number) => Interval
  /** Requests of all of the service in an average interval, by metric; of those that count requests. */
  readonly volume: ReadonlyMap<string, number>
  /** Metrics of which the history had enough to imitate. */
  readonly known: ReadonlySet<string>
  /** Metrics of which nothing bad ever happened. */
  readonly spotless: ReadonlySet<string>
}

/** What is wrong with the canary of a simulated run. */
export interface Effect extends Change {
  readonly metric: string
}

const same: Change = { times: 1, added: 0 }

/** Builds the world from placebo lists: rates are those of both arms together, noise is what was seen between them. */
export function worldOf(plan: JudgePlan, draws: readonly (readonly Interval[])[], seed: number): World {
  const first = draws.find((draw) => draw.length > 0) ?? []
  const sources = new Map<string, Source>()
  for (const metric of plan.metrics) {
    const source = sourceOf(
      metric,
      draws,
      first.map(({ metrics }) => whole(metrics[metric.name])),
    )
    if (source) sources.set(metric.name, source)
  }
  return {
    known: new Set(sources.keys()),
    spotless: new Set([...sources].flatMap(([name, { spotless }]) => (spotless ? [name] : []))),
    volume: new Map([...sources].flatMap(([name, { volume }]) => (volume === undefined ? [] : [[name, volume] as const]))),
    run(run, names, effect) {
      const begin = Math.floor(uniforms(seed, run)() * first.length)
      const streams = [...sources]
        .filter(([name]) => names.has(name))
        .map(([name, source]) => ({
          name,
          next: source.begin(effect?.metric === name ? effect : same),
          random: (at: number): Uniform => uniforms(seed, run, at, nameOf(name)),
        }))
      let at = 0
      return (weight) => {
        const canary = weight / 100
        const shares: Shares = { canary, baseline: baselineShare(plan, canary) }
        const from = (begin + at) % Math.max(1, first.length)
        const metrics: Record<string, Measurement> = {}
        for (const { name, next, random } of streams) {
          const measurement = next(random(at), from, shares)
          if (measurement) metrics[name] = measurement
        }
        at += 1
        return { interval: at, weight, metrics }
      }
    },
  }
}

/** The plan as the world speaks it: single observations come as the histograms that they are judged by anyway. */
export function spoken(metric: MetricPlan): MetricPlan {
  return metric.form === 'raw' ? { ...metric, form: 'histogram' } : metric
}

/** Both arms as one. */
function whole(measurement: Measurement | undefined): Measurement | undefined {
  switch (measurement?.form) {
    case 'ratio':
      return { form: 'ratio', baseline: combine.ratio(present(measurement.canary, measurement.baseline)) }
    case 'count':
      return { form: 'count', baseline: combine.count(present(measurement.canary, measurement.baseline)) }
    case 'histogram':
      return { form: 'histogram', baseline: combine.histogram(present(measurement.canary, measurement.baseline)) }
    case 'gauge':
      return { form: 'gauge', baseline: combine.gauge(present(measurement.canary, measurement.baseline)) }
    case 'raw':
      return { form: 'raw', baseline: combine.raw(present(measurement.canary, measurement.baseline)) }
    case undefined:
      return undefined
  }
}

function present<T>(...samples: readonly (T | undefined)[]): T[] {
  return samples.filter((sample) => sample !== undefined)
}
