import { rankMerge } from './ranks.ts'
import { type Samples, withoutNaN } from './samples.ts'
import { mean, summaryOf } from './summary.ts'

export type EffectSizeMeasure = 'meanRatio' | 'cles'

/** Mean of the experiment over mean of the control; NaN when either is exactly 0 (or nothing). NaN samples are left out. */
export function meanRatio(experiment: Samples, control: Samples): number {
  return meanRatioOf(withoutNaN(experiment, 'experiment'), withoutNaN(control, 'control'))
}

/** The same for arms that hold no NaN. */
export function meanRatioOf(experiment: Float64Array, control: Float64Array): number {
  const above = mean(experiment)
  const below = mean(control)
  return above === 0 || below === 0 ? Number.NaN : above / below
}

/** Common language effect size: how often an experiment's value exceeds a control's, ties counting half; 0 to 1. NaN for an empty arm. */
export function cles(experiment: Samples, control: Samples): number {
  return clesOfSorted(withoutNaN(experiment, 'experiment').sort(), withoutNaN(control, 'control').sort())
}

export function clesOfSorted(x: Float64Array, y: Float64Array): number {
  const m = x.length
  return (rankMerge(x, y, 0, 0).doubledRankSum - m * (m + 1)) / (2 * m * y.length)
}

/** Difference of the means in pooled standard deviations. Kayenta has it; its judge does not use it. */
export function cohensD(experiment: Samples, control: Samples): number {
  const x = summaryOf(withoutNaN(experiment, 'experiment'))
  const y = summaryOf(withoutNaN(control, 'control'))
  const pooled = Math.sqrt(((x.count - 1) * x.std ** 2 + (y.count - 1) * y.std ** 2) / (x.count + y.count - 2))
  return (x.mean - y.mean) / pooled
}
