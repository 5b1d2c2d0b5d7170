import type { SourceRef } from '../../api/metric.ts'
import type { Shape } from '../exprLang/toCel.ts'
import type { Reading } from '../reading.ts'
import type { Scene } from './scene.ts'

/** One number: where it is asked for, and how. */
export interface Asked {
  /** Makes the source. Asked for only when the metric is sound. Undefined: the default one. */
  source(): SourceRef | undefined
  readonly query: string
}

/** How one of Argo Rollouts' metric providers that give a number is converted. */
export interface Provider {
  /** Its key below `provider`. */
  readonly key: string
  /** What `result` is in its conditions. */
  readonly shape: Shape
  /** `path`: the place of the result that the conditions look at. Throws Unconvertible for what has no counterpart. */
  convert(reading: Reading, scene: Scene, path: readonly (string | number)[]): Asked
}
