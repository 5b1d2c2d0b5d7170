import type { Judge } from './judge.ts'
import { type CanaryConfig, type JudgedPair, judge, type MetricResult, type ScoreThresholds } from './kayenta/index.ts'
import type { Form, Interval } from './table.ts'
import { pointOf } from './threshold/point.ts'
import type { Decision, MetricVerdict, Verdict } from './verdict.ts'

export interface KayentaPlan {
  readonly config: CanaryConfig
  readonly thresholds: ScoreThresholds
  /** Judges once, after so many intervals, and stays with it. Left out: every verdict is of all intervals so far, as if asked for the first time. */
  readonly after?: number | undefined
  readonly seed?: number | undefined
}

export interface KayentaState {
  readonly plan: KayentaPlan
  readonly seen: number
  readonly last: Seen | undefined
}

/** Intervals as a list that shares its tail, so that one more costs nothing and no state is ever changed. */
interface Seen {
  readonly interval: Interval
  readonly before: Seen | undefined
}

/** A config that compares every metric in one group; an increase is harm. */
export function plainConfig(metrics: readonly string[]): CanaryConfig {
  return { metrics: metrics.map((name) => ({ name, groups: ['all'], analysisConfigurations: { canary: { direction: 'increase' } } })) }
}

/**
 * Kayenta's judge over a table. Every interval is a point of each arm: the rate of a ratio or count, the mean of the pods of a gauge, of a histogram by
 * the middles of its buckets; an arm without data is NaN. Pass is a pass, Marginal is inconclusive, Fail a failure. A verdict costs a judgement of
 * all points so far. `verdict` throws a KayentaError for a config that cannot be used.
 */
export const kayentaJudge: Judge<KayentaPlan, KayentaState> = {
  begin: (plan) => ({ plan, seen: 0, last: undefined }),
  observe(state, interval) {
    if (state.last && interval.interval <= state.last.interval.interval) return state
    if (state.plan.after !== undefined && state.seen >= state.plan.after) return state
    return { ...state, seen: state.seen + 1, last: { interval, before: state.last } }
  },
  verdict({ plan, seen, last }) {
    const { config, thresholds, after, seed } = plan
    const label = last?.interval.interval ?? 0
    const waiting = after !== undefined && seen < after
    if (seen === 0 || waiting) {
      const because = waiting ? `Kayenta is asked after ${after} intervals; ${seen} so far.` : 'There is nothing to judge yet.'
      return { verdict: 'continue', because, interval: label, metrics: [], calm: false }
    }
    const intervals = listed(last)
    const forms = formsOf(intervals)
    const pairs = config.metrics.map(({ name }) => pair(name, intervals))
    const { results, score, classification, reason } = judge(config, pairs, thresholds, { seed })
    const verdict: Decision = classification === 'Pass' ? 'pass' : classification === 'Marginal' ? 'inconclusive' : 'fail'
    const wrong = results.filter((result) => result.classification !== 'Pass' && !result.muted)
    const [worst, ...also] = wrong.filter(
      ({ classification: found }) => found === 'High' || found === 'Low' || found === 'NodataFailMetric',
    )
    const said = reason ?? wrong.map(({ name, classification: found }) => `${name} is ${found}`).join(', ')
    const place =
      verdict === 'pass' ? `at least ${thresholds.pass}` : verdict === 'fail' ? `below ${thresholds.marginal}` : `below ${thresholds.pass}`
    const decided: Verdict = {
      verdict,
      because: `Kayenta's score of ${seen} point${seen === 1 ? '' : 's'} is ${score}, ${place}${said === '' ? '.' : `: ${said.replace(/\.$/, '')}.`}`,
      interval: label,
      metrics: results.map((result) => metricVerdict(result, forms.get(result.name) ?? 'gauge')),
      calm: wrong.length === 0,
    }
    if (verdict === 'inconclusive') return decided
    const by = verdict === 'fail' && worst ? { by: { metric: worst.name, engine: 'kayenta', also: also.map(({ name }) => name) } } : {}
    return { ...decided, decidedAt: label, ...by }
  },
}

function metricVerdict(result: MetricResult, form: Form): MetricVerdict {
  const { name, classification, deviation, reason } = result
  const passed = classification === 'Pass'
  const harmful = classification === 'High' || classification === 'Low' || classification === 'NodataFailMetric'
  const mean = ({ stats }: MetricResult['controlMetadata']) => (stats.count > 0 && Number.isFinite(stats.mean) ? { mean: stats.mean } : {})
  return {
    name,
    form,
    verdict: passed ? 'pass' : harmful ? 'fail' : 'inconclusive',
    because: `${name}: ${classification}${reason ? `, ${reason}` : ''}`,
    // A class is no evidence: it is there or not.
    evidence: { harm: { has: harmful ? 1 : 0, needs: 1 }, pass: { has: passed ? 1 : 0, needs: 1 } },
    p: 1,
    ...(Number.isFinite(deviation) ? { ratio: { estimate: deviation, low: null, high: null } } : {}),
    canary: mean(result.experimentMetadata),
    baseline: mean(result.controlMetadata),
  }
}

function listed(last: Seen | undefined): Interval[] {
  const found: Interval[] = []
  for (let seen = last; seen; seen = seen.before) found.push(seen.interval)
  return found.reverse()
}

function formsOf(intervals: readonly Interval[]): ReadonlyMap<string, Form> {
  return new Map(intervals.flatMap(({ metrics }) => Object.entries(metrics).map(([name, { form }]): [string, Form] => [name, form])))
}

function pair(name: string, intervals: readonly Interval[]): JudgedPair {
  const points = (arm: 'canary' | 'baseline') =>
    intervals.map(({ metrics }) => {
      const measurement = Object.hasOwn(metrics, name) ? metrics[name] : undefined
      return (measurement && pointOf(measurement, arm)) ?? Number.NaN
    })
  return { name, values: { control: points('baseline'), experiment: points('canary') } }
}
