import type { Contender } from './contender.ts'
import { kayenta } from './kayenta.ts'
import { naive } from './naive.ts'
import { ours } from './ours.ts'
import { thresholds } from './thresholds.ts'

/** The first is the one that targets speak of. */
export const contenders: readonly Contender[] = [...ours, ...kayenta, ...thresholds, ...naive]
