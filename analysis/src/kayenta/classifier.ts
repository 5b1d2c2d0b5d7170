import { badArgument } from './arguments.ts'
import { type ClassifierOptions, readClassifierOptions } from './classifierOptions.ts'
import { clesOfSorted, type EffectSizeMeasure, meanRatioOf } from './effect.ts'
import { KayentaError } from './errors.ts'
import { isRecord } from './lookup.ts'
import { DEFAULT_CONF_LEVEL, type LocationShift, shiftOfSorted } from './mannWhitney.ts'
import { DEFAULT_SEED, seededNoise } from './noise.ts'
import { isConstant, type NanStrategy, type Samples, sameElements, transformNaN } from './samples.ts'
import { mean } from './summary.ts'

export type MetricClass = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error'

export type MetricClassification = {
  readonly classification: MetricClass
  readonly reason: string | null
  /** The ratio of the means, canary over baseline: 1 where nothing was tested, NaN where a mean is 0. */
  readonly deviation: number
  /** The metric decides the whole judgement: any class but Pass makes the summary score 0. */
  readonly critical: boolean
}

/** Both arms' values; an arm that is null or left out has no data. */
export type MetricPair = { readonly experiment?: Samples; readonly control?: Samples }

/** The shift must exceed this part of itself before it counts. */
const DEFAULT_TOLERANCE = 0.25

/** What a failed test is called: never critical, never counted. */
const failed: MetricClassification = { classification: 'Error', reason: 'Metric Classification Failed', deviation: 1, critical: false }

/**
 * One metric's class by the rank test. NaN are handled here by `nanStrategy` as well, which changes nothing for arms that have been
 * transformed before: so a call with raw arms is safe, and all-NaN arms are Nodata under `remove` and zeros under `replace`.
 * Guarantees: never throws for a failed test (that is class Error, as in Kayenta's judge), and the class is never undefined: a limit
 * that came out NaN (infinite samples) exceeds nothing, so it is Pass.
 * @throws KayentaError 'bad-argument' for an argument that cannot be meant, such as a confidence level of 98
 */
export function classifyMannWhitney(arms: MetricPair, options?: ClassifierOptions | null): MetricClassification {
  const known = readClassifierOptions(options)
  const { experiment, control } = transformed(arms, known.nanStrategy)
  return classifyTransformed(experiment, control, known)
}

function transformed(arms: MetricPair, strategy: NanStrategy): { readonly experiment: Float64Array; readonly control: Float64Array } {
  if (!isRecord(arms)) throw badArgument('The pair of arms', arms, 'an object with experiment and control')
  const fields = Object.keys(arms)
  if (fields.length > 0 && !('experiment' in arms || 'control' in arms)) {
    throw badArgument('experiment', undefined, `it and control as lists of numbers; the pair of arms has only ${fields.join(', ')}`)
  }
  return {
    experiment: transformNaN(arms.experiment, strategy, 'experiment'),
    control: transformNaN(arms.control, strategy, 'control'),
  }
}

/** The same for arms that hold no NaN, and options that have been read. */
export function classifyTransformed(experiment: Float64Array, control: Float64Array, options: ClassifierOptions): MetricClassification {
  if (experiment.length === 0 || control.length === 0) return withoutData(experiment, options)
  const x = experiment.slice().sort()
  const y = control.slice().sort()
  if (sameElements(x, y)) return pass('Both arms have the same values.')
  if (isConstant(x) && isConstant(y) && x[0] === y[0]) return pass('All values are the same.')
  const deviation = meanRatioOf(experiment, control)
  const measure: EffectSizeMeasure = options.effectSizeMeasure === 'cles' ? 'cles' : 'meanRatio'
  const effect = measure === 'cles' ? clesOfSorted(x, y) : deviation
  try {
    const shift = shiftOfSorted(x, y, options.confLevel ?? DEFAULT_CONF_LEVEL, options.noise ?? seededNoise(DEFAULT_SEED))
    return decide(shift, effect, deviation, measure, options)
  } catch (error) {
    if (error instanceof KayentaError && error.code === 'all-tied') return failed
    throw error
  }
}

function decide(
  shift: LocationShift,
  effect: number,
  deviation: number,
  measure: EffectSizeMeasure,
  options: ClassifierOptions,
): MetricClassification {
  const { direction } = options
  const isCriticalMetric = options.isCriticalMetric === true
  const neutral = measure === 'cles' ? 0.5 : 1
  const bound = (options.tolerance ?? DEFAULT_TOLERANCE) * Math.abs(shift.estimate)
  // An effect that cannot be computed holds nothing back.
  const atLeast = (limit: number | null | undefined): boolean => Number.isNaN(effect) || effect >= (limit ?? neutral)
  const atMost = (limit: number | null | undefined): boolean => Number.isNaN(effect) || effect <= (limit ?? neutral)
  if (direction !== 'decrease' && shift.low > bound && atLeast(options.allowedIncrease)) {
    const critical = isCriticalMetric && atLeast(options.criticalIncrease)
    return { classification: 'High', reason: sentence('higher', deviation, shift), deviation, critical }
  }
  if (direction !== 'increase' && shift.high < -bound && atMost(options.allowedDecrease)) {
    const critical = isCriticalMetric && atMost(options.criticalDecrease)
    return { classification: 'Low', reason: sentence('lower', deviation, shift), deviation, critical }
  }
  return { classification: 'Pass', reason: null, deviation, critical: false }
}

function withoutData(experiment: Float64Array, options: ClassifierOptions): MetricClassification {
  if (options.nanStrategy === 'replace') return pass('No data, and missing data count as zeros.')
  const arm = experiment.length === 0 ? 'canary' : 'baseline'
  const critical = options.isCriticalMetric === true
  if (options.isDataRequired === true && !critical) {
    return {
      classification: 'NodataFailMetric',
      reason: `The ${arm} has no data, and this metric must have them.`,
      deviation: 1,
      critical: false,
    }
  }
  return { classification: 'Nodata', reason: `The ${arm} has no data.`, deviation: 1, critical }
}

function pass(reason: string): MetricClassification {
  return { classification: 'Pass', reason, deviation: 1, critical: false }
}

function sentence(comparison: 'higher' | 'lower', deviation: number, shift: LocationShift): string {
  const factor = short(deviation)
  const times = Number.isNaN(deviation) ? '' : factor === '1' ? ' (at the same mean)' : ` (${factor} times its mean)`
  return `The canary is ${comparison} than the baseline${times}: the shift is ${short(shift.estimate)}, between ${short(shift.low)} and ${short(shift.high)}.`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** High or Low by comparing means alone: Kayenta has it as a yardstick for other classifiers; its judge does not use it. */
export function classifyMeanInequality(
  arms: MetricPair,
  options?: Pick<ClassifierOptions, 'direction' | 'nanStrategy' | 'isCriticalMetric'> | null,
): MetricClassification {
  const known = readClassifierOptions(options)
  const { experiment, control } = transformed(arms, known.nanStrategy)
  if (experiment.length === 0 || control.length === 0) return withoutData(experiment, known)
  const ratio = meanRatioOf(experiment, control)
  const deviation = Number.isNaN(ratio) ? 1 : ratio
  const [canary, baseline] = [mean(experiment), mean(control)]
  const critical = known.isCriticalMetric === true
  const { direction } = known
  if (direction !== 'decrease' && canary > baseline)
    return { classification: 'High', reason: 'The mean of the canary is higher.', deviation, critical }
  if (direction !== 'increase' && canary < baseline)
    return { classification: 'Low', reason: 'The mean of the canary is lower.', deviation, critical }
  return { classification: 'Pass', reason: null, deviation, critical: false }
}
