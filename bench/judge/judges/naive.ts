import type { Interval } from '../../../analysis/src/table.ts'
import { type Contender, rival, type Trial } from './contender.ts'
import { mean } from './series.ts'

/** One-sided 5 % of the normal distribution. */
const critical = 1.6448536269514722
const firstLook = 5

/** Pooled z-tests looked at every minute as if it were the only look: two proportions for counters, two means of minute values for the rest. */
const zTest = rival('z-test each minute', 0.2, (trial) => {
  for (let at = firstLook; at <= trial.intervals.length; at++) {
    if (trial.series.some((_, metric) => zAt(trial, metric, at) > critical)) return at
  }
  return 0
})

function zAt({ series, intervals }: Trial, metric: number, at: number): number {
  const { metric: name = '', form = 'gauge', canary = [], baseline = [] } = series[metric] ?? {}
  if (form === 'ratio') {
    const c = sums(intervals, name, 'canary', at)
    const b = sums(intervals, name, 'baseline', at)
    const pooled = (c.bad + b.bad) / (c.total + b.total)
    return (c.bad / c.total - b.bad / b.total) / Math.sqrt(pooled * (1 - pooled) * (1 / c.total + 1 / b.total))
  }
  const x = canary.slice(0, at).filter((value) => !Number.isNaN(value))
  const y = baseline.slice(0, at).filter((value) => !Number.isNaN(value))
  return (mean(x) - mean(y)) / Math.sqrt(variance(x) / x.length + variance(y) / y.length)
}

function sums(intervals: readonly Interval[], name: string, arm: 'canary' | 'baseline', until: number): { bad: number; total: number } {
  let bad = 0
  let total = 0
  for (const { metrics } of intervals.slice(0, until)) {
    const measured = metrics[name]
    if (measured?.form !== 'ratio') continue
    bad += measured[arm]?.bad ?? 0
    total += measured[arm]?.total ?? 0
  }
  return { bad, total }
}

function variance(values: readonly number[]): number {
  const center = mean(values)
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1)
}

/**
 * The floor: Wald's test by one who knows the metric, the factor, how events cluster and when it begins. Given an interval's bad events, their
 * split between the arms is binomial.
 */
const oracle = rival('oracle SPRT, alpha 5 %', 0.2, ({ world, intervals }) => {
  if (!world.oracle) return 0
  const { metric, ratio, dispersion } = world.oracle
  let log = 0
  for (const [at, { metrics, interval }] of intervals.entries()) {
    const measured = metrics[metric]
    if (measured?.form !== 'ratio' || !measured.canary || !measured.baseline || interval < world.onset) continue
    const lean = measured.canary.total / measured.baseline.total
    const perCanary = Math.log((ratio * (lean + 1)) / (ratio * lean + 1))
    const perBaseline = Math.log((lean + 1) / (ratio * lean + 1))
    log += (measured.canary.bad * perCanary + measured.baseline.bad * perBaseline) / dispersion
    if (log >= Math.log(20)) return at + 1
  }
  return 0
})

export const naive: readonly Contender[] = [zTest, oracle]
