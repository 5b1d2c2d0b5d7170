import type { Bucket, HistogramSample, Measurement } from '../../../analysis/src/table.ts'
import { autoregressive, clustered, normal, normalBelow, poisson } from '../random/distributions.ts'
import type { Stream } from '../random/philox.ts'
import type { Source } from './world.ts'

export interface ErrorsSpec {
  readonly name?: string
  /** Chance that a request is answered badly, or one that changes with the progress of the run. */
  readonly rate: number | ((progress: number) => number)
  readonly dispersion?: number
  /** What the fault does to the canary's rate: times `factor`, plus `extra`. */
  readonly factor?: number
  readonly extra?: number
  /** What a shared incident does to both. */
  readonly incident?: number
  /** This metric's share of the requests. */
  readonly share?: number
}

/** Bad answers among all answers. */
export function errors({ name = 'errors', rate, dispersion = 1, factor = 1, extra = 0, incident = 10, share = 1 }: ErrorsSpec): Source {
  return {
    name,
    form: 'ratio',
    begin: (stream) => (moment) => {
      const base = (typeof rate === 'number' ? rate : rate(moment.progress)) * (moment.incident ? incident : 1)
      const canary = share === 1 ? moment.canary : poisson(stream, moment.canary * share)
      const baseline = share === 1 ? moment.baseline : poisson(stream, moment.baseline * share)
      const harmed = moment.faulty ? base * factor + extra : base
      return {
        form: 'ratio',
        canary: { bad: clustered(stream, canary, Math.min(1, harmed), dispersion), total: canary },
        baseline: { bad: clustered(stream, baseline, Math.min(1, base), dispersion), total: baseline },
      }
    },
  }
}

/** Events without a denominator, like restarts: exposed to the requests. */
export function restarts(rate: number, factor = 1): Source {
  return {
    name: 'restarts',
    form: 'count',
    begin: (stream) => (moment) => ({
      form: 'count',
      canary: { count: poisson(stream, moment.canary * rate * (moment.faulty ? factor : 1)), exposure: moment.canary },
      baseline: { count: poisson(stream, moment.baseline * rate), exposure: moment.baseline },
    }),
  }
}

export interface LatencySpec {
  /** Noise of one arm's level that the other does not share: standard deviation of its log, and correlation from interval to interval. */
  readonly noise?: number
  readonly correlation?: number
  readonly layout?: 'exponential' | 'classic'
  /** What the fault does: all requests so many times slower; or a share of them; or all in a share of the intervals. */
  readonly factor?: number
  readonly tail?: { readonly share: number; readonly factor: number }
  readonly spells?: { readonly share: number; readonly factor: number }
}

const median = 0.1
const spread = 0.6
/** Swings of the level that both arms share. */
const sway = 0.15
/** Upper edges in seconds: eight buckets an octave (native schema 3), from 8 ms to 19 s; and the classic default edges of Prometheus clients. */
const layouts = {
  exponential: Array.from({ length: 91 }, (_, at) => Math.exp(((at - 56) * Math.LN2) / 8)),
  classic: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
}

/** Lognormal latency of median 100 ms, as a histogram. */
export function latency({ noise = 0, correlation = 0, layout = 'exponential', factor = 1, tail, spells }: LatencySpec = {}): Source {
  const edges = layouts[layout]
  const logs = edges.map((edge) => Math.log(edge / median))
  const counts = (stream: Stream, total: number, level: number, tailed: LatencySpec['tail']): HistogramSample => {
    const buckets: Bucket[] = []
    let below = 0
    for (let at = 0; at <= edges.length; at++) {
      const log = logs[at]
      let reached = log === undefined ? 1 : normalBelow((log - level) / spread)
      if (tailed && log !== undefined) {
        reached = (1 - tailed.share) * reached + tailed.share * normalBelow((log - level - Math.log(tailed.factor)) / spread)
      }
      const expected = total * (reached - below)
      // Most buckets are far out: nothing is drawn for them.
      buckets.push([edges[at] ?? Number.POSITIVE_INFINITY, expected > 1e-9 ? poisson(stream, expected) : 0])
      below = reached
    }
    return { buckets }
  }
  return {
    name: 'latency',
    form: 'histogram',
    begin: (stream) => {
      const shared = autoregressive(stream, sway, 0.8)
      const canaryNoise = autoregressive(stream, noise, correlation)
      const baselineNoise = autoregressive(stream, noise / quieter, correlation)
      return ({ canary, baseline, faulty, incident }): Measurement => {
        const level = shared() + (incident ? 0.5 : 0)
        const spell = spells && stream.uniform() < spells.share ? spells.factor : 1
        const harm = faulty ? Math.log(factor * spell) : 0
        return {
          form: 'histogram',
          canary: counts(stream, canary, level + canaryNoise() + harm, faulty ? tail : undefined),
          baseline: counts(stream, baseline, level + baselineNoise(), undefined),
        }
      }
    },
  }
}

/** The many pods of the baseline have so many times less noise of their own together than the few of the canary. */
const quieter = 3

export interface GaugeSpec {
  readonly name?: string
  readonly level?: number
  /** Noise of the canary's level that the baseline does not share (standard deviation of its log; the baseline's own is a third of it). */
  readonly noise?: number
  readonly correlation?: number
  readonly factor?: number
  /** Growth by interval since the fault began. */
  readonly leak?: number
}

const canaryPods = 2
const baselinePods = 8

/** One number per pod: CPU, memory. */
export function gauge({ name = 'cpu', level = 0.4, noise = 0.04, correlation = 0.8, factor = 1, leak = 0 }: GaugeSpec = {}): Source {
  return {
    name,
    form: 'gauge',
    begin: (stream) => {
      const shared = autoregressive(stream, sway, 0.8)
      const canaryNoise = autoregressive(stream, noise, correlation)
      const baselineNoise = autoregressive(stream, noise / quieter, correlation)
      const pods = (count: number, log: number): { values: number[] } => ({
        values: Array.from({ length: count }, () => level * Math.exp(log + 0.01 * normal(stream))),
      })
      return ({ faulty, sinceOnset }): Measurement => {
        const common = shared()
        const harm = faulty ? Math.log(factor * (1 + leak * (sinceOnset + 1))) : 0
        return {
          form: 'gauge',
          canary: pods(canaryPods, common + canaryNoise() + harm),
          baseline: pods(baselinePods, common + baselineNoise()),
        }
      }
    },
  }
}
