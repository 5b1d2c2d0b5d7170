import { optionalFlag, optionalNumber, optionalObject, optionalText } from './arguments.ts'
import type { EffectSizeMeasure } from './effect.ts'
import { readConfLevel } from './mannWhitney.ts'
import { type Noise, readNoise } from './noise.ts'
import type { NanStrategy } from './samples.ts'

export type Direction = 'increase' | 'decrease' | 'either'

/** A field that is null is one left out. */
export type ClassifierOptions = {
  readonly tolerance?: number | null | undefined
  readonly confLevel?: number | null | undefined
  readonly allowedIncrease?: number | null | undefined
  readonly allowedDecrease?: number | null | undefined
  readonly criticalIncrease?: number | null | undefined
  readonly criticalDecrease?: number | null | undefined
  readonly effectSizeMeasure?: EffectSizeMeasure | null | undefined
  readonly direction?: Direction | null | undefined
  readonly nanStrategy?: NanStrategy | null | undefined
  readonly isCriticalMetric?: boolean | null | undefined
  readonly isDataRequired?: boolean | null | undefined
  /** Used only where both arms are constant; the default is a generator of fixed seed. */
  readonly noise?: Noise | null | undefined
}

/**
 * A caller's options with every field of the right type. Unknown words take the default, as in Kayenta.
 * @throws KayentaError 'bad-argument' that names the option of the wrong type
 */
export function readClassifierOptions(options: unknown): ClassifierOptions & { readonly nanStrategy: NanStrategy } {
  const given = optionalObject('options', options)
  const direction = optionalText('direction', given.direction)
  return {
    tolerance: optionalNumber('tolerance', given.tolerance),
    confLevel: readConfLevel(given.confLevel),
    allowedIncrease: optionalNumber('allowedIncrease', given.allowedIncrease),
    allowedDecrease: optionalNumber('allowedDecrease', given.allowedDecrease),
    criticalIncrease: optionalNumber('criticalIncrease', given.criticalIncrease),
    criticalDecrease: optionalNumber('criticalDecrease', given.criticalDecrease),
    effectSizeMeasure: optionalText('effectSizeMeasure', given.effectSizeMeasure) === 'cles' ? 'cles' : 'meanRatio',
    direction: direction === 'increase' || direction === 'decrease' ? direction : 'either',
    nanStrategy: optionalText('nanStrategy', given.nanStrategy) === 'replace' ? 'replace' : 'remove',
    isCriticalMetric: optionalFlag('isCriticalMetric', given.isCriticalMetric) ?? false,
    isDataRequired: optionalFlag('isDataRequired', given.isDataRequired) ?? false,
    noise: readNoise(given.noise),
  }
}
