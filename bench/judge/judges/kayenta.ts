import type { CanaryConfig } from '../../../analysis/src/kayenta/config.ts'
import { judge } from '../../../analysis/src/kayenta/judge.ts'
import { type Contender, rival, type Trial } from './contender.ts'

/** Kayenta looks no sooner than five minutes after the start. */
const firstLook = 5
const share = 0.05

/**
 * The judge that is faithful to Kayenta's, looked at in the ways it is used. Every metric is critical in direction increase, so that one High
 * fails. Error rates are given per mille: in fractions the root finder's absolute tolerance would decide.
 */
export const kayenta: readonly Contender[] = [
  rival('Kayenta once at the deadline', share, (trial) => look(trial, [trial.intervals.length])),
  rival('Kayenta each 5 min', share, (trial) => look(trial, every(trial, 5))),
  rival('Kayenta each minute', share, (trial) => look(trial, every(trial, 1))),
  rival('Kayenta each minute, 10-min look-back', share, (trial) => look(trial, every(trial, 1), 10)),
]

function every({ intervals }: Pick<Trial, 'intervals'>, step: number): readonly number[] {
  return looksUntil(intervals.length, step)
}

export function looksUntil(last: number, step: number): readonly number[] {
  const looks: number[] = []
  for (let at = firstLook; at <= last; at += step) looks.push(at)
  return looks
}

/** The first of the looks at which any metric is High (or Low, in direction either); 0 when none is. */
export function look(
  { series }: Pick<Trial, 'series'>,
  looks: readonly number[],
  lookBack = Number.POSITIVE_INFINITY,
  direction: 'increase' | 'either' = 'increase',
): number {
  const config: CanaryConfig = {
    metrics: series.map(({ metric }) => ({
      name: metric,
      groups: [metric],
      analysisConfigurations: { canary: { direction, critical: true } },
    })),
  }
  for (const until of looks) {
    const from = Math.max(0, until - lookBack)
    const pairs = series.map(({ metric, form, canary, baseline }) => {
      const unit = form === 'ratio' || form === 'count' ? 1000 : 1
      const slice = (values: readonly number[]): number[] => values.slice(from, until).map((value) => value * unit)
      return { name: metric, values: { control: slice(baseline), experiment: slice(canary) } }
    })
    if (judge(config, pairs, { pass: 95, marginal: 75 }).classification === 'Fail') return until
  }
  return 0
}
