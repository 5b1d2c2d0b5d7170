import { exactInterval } from '../../analysis/src/special/binomial.ts'
import type { NabResult } from './nab.ts'
import type { RampResult } from './ramp.ts'
import type { RunResult } from './run.ts'
import type { World } from './worlds/world.ts'

/** A share of runs with its exact (Clopper-Pearson) 95 % limits. */
export interface Share {
  readonly count: number
  readonly of: number
  readonly share: number
  readonly low: number
  readonly high: number
}

export interface Quantiles {
  readonly median: number
  readonly p90: number
}

/** What one judge did in one world. Minutes and what was served count from the onset to the fail. */
export interface Cell {
  /** Failed at any time until the deadline, from the onset on, whether or not it had passed before. */
  readonly failed: Share
  /** Failed before the onset: a false alarm of a bad release. */
  readonly early: number
  /** Of a rollout that ends with its verdict: rolled back, promoted, neither. */
  readonly rolledBack: Share
  readonly promoted: Share
  readonly undecided: Share
  readonly minutesToFail?: Quantiles
  readonly requestsServed?: Quantiles
  readonly badServed?: Quantiles
  readonly minutesToPass?: Quantiles
}

export function shareOf(count: number, of: number): Share {
  return { count, of, share: of === 0 ? 0 : count / of, ...(of === 0 ? { low: 0, high: 1 } : exactInterval(count, of, 0.95)) }
}

/** Lower median and 90th percentile: values that occurred. */
export function quantiles(values: readonly number[]): Quantiles | undefined {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
  return { median: at(0.5), p90: at(0.9) }
}

export function cellOf({ onset }: World, runs: readonly RunResult[]): Cell {
  const found = runs.filter(({ failedAt }) => failedAt >= onset)
  const first = runs.map(({ failedAt, passedAt }) => (passedAt > 0 ? 'promoted' : failedAt > 0 ? 'rolled back' : 'undecided'))
  const count = (end: string): Share => shareOf(first.filter((one) => one === end).length, runs.length)
  const minutesToFail = quantiles(found.map(({ failedAt }) => failedAt - onset + 1))
  const requestsServed = quantiles(found.map(({ requests }) => requests))
  const badServed = quantiles(found.map(({ bad }) => bad))
  const minutesToPass = quantiles(runs.flatMap(({ passedAt }) => (passedAt > 0 ? [passedAt] : [])))
  return {
    failed: shareOf(found.length, runs.length),
    early: runs.filter(({ failedAt }) => failedAt > 0 && failedAt < onset).length,
    rolledBack: count('rolled back'),
    promoted: count('promoted'),
    undecided: count('undecided'),
    ...(minutesToFail && { minutesToFail }),
    ...(requestsServed && { requestsServed }),
    ...(badServed && { badServed }),
    ...(minutesToPass && { minutesToPass }),
  }
}

export interface RampSummary {
  readonly promoted: Share
  readonly rolledBack: Share
  readonly undecided: Share
  /** Of those promoted, and of those rolled back. */
  readonly minutesToPromote?: Quantiles
  readonly minutesToRollBack?: Quantiles
  readonly badServed?: Quantiles
  readonly excessServed?: Quantiles
}

export function rampSummary(runs: readonly RampResult[]): RampSummary {
  const ended = (end: RampResult['end']): readonly RampResult[] => runs.filter((run) => run.end === end)
  const minutesToPromote = quantiles(ended('promoted').map(({ minutes }) => minutes))
  const minutesToRollBack = quantiles(ended('rolled back').map(({ minutes }) => minutes))
  const badServed = quantiles(ended('rolled back').map(({ bad }) => bad))
  const excessServed = quantiles(ended('rolled back').map(({ excess }) => excess))
  return {
    promoted: shareOf(ended('promoted').length, runs.length),
    rolledBack: shareOf(ended('rolled back').length, runs.length),
    undecided: shareOf(ended('undecided').length, runs.length),
    ...(minutesToPromote && { minutesToPromote }),
    ...(minutesToRollBack && { minutesToRollBack }),
    ...(badServed && { badServed }),
    ...(excessServed && { excessServed }),
  }
}

/** By judge: windows in which it fired, and after how many pairs. */
export function nabSummary(windows: readonly NabResult[]): Readonly<Record<string, { readonly fired: Share; readonly pairs?: Quantiles }>> {
  return Object.fromEntries(
    Object.keys(windows[0] ?? {}).map((judge) => {
      const fired = windows.flatMap((window) => ((window[judge] ?? 0) > 0 ? [window[judge] ?? 0] : []))
      const pairs = quantiles(fired)
      return [judge, { fired: shareOf(fired.length, windows.length), ...(pairs && { pairs }) }]
    }),
  )
}
