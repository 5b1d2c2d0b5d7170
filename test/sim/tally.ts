import { cells } from './cells.ts'
import type { Outcome } from './run.ts'
import type { Breach } from './witness.ts'

/** What many seeds came to. */
export interface Tally {
  seeds: number
  breaches: (Breach & { seed: number })[]
  /** Seeds that broke a promise that is open, by promise. */
  open: Record<string, number[]>
  /** Runs of shops by how they ended. */
  endings: Record<string, number>
  changes: number
  virtualMs: number
  /** Names of visited cells of the state space. */
  visited: Set<string>
  cells: number
  slowest: { seed: number; ms: number }[]
  /** Seeds that were run twice, to see whether both runs are the same. */
  twice: number
}

const slowestShown = 5

export const emptyTally = (): Tally => ({
  seeds: 0,
  breaches: [],
  open: {},
  endings: {},
  changes: 0,
  virtualMs: 0,
  visited: new Set(),
  cells: cells.length,
  slowest: [],
  twice: 0,
})

/** Counts a seed in, which took so long of real time. */
export function count(tally: Tally, { seed, breach, open, endings, changes, lasted, visited }: Outcome, ms: number): void {
  tally.seeds++
  if (breach) tally.breaches.push({ ...breach, seed })
  for (const promise of open) tally.open[promise] = [...(tally.open[promise] ?? []), seed]
  for (const [result, n] of Object.entries(endings)) tally.endings[result] = (tally.endings[result] ?? 0) + n
  tally.changes += changes
  tally.virtualMs += lasted
  for (const cell of visited) tally.visited.add(cell)
  tally.slowest = [...tally.slowest, { seed, ms: Math.round(ms) }].sort((a, b) => b.ms - a.ms).slice(0, slowestShown)
}

/** A seed that gave two different runs. */
export function differed(first: Outcome, second: Outcome): Breach {
  const said = (one: Outcome) => `${one.fingerprint} with ${one.changes} changes`
  return {
    promise: 'the same seed is the same run',
    shop: '-',
    what: `its first run was ${said(first)}, its second ${said(second)}`,
    at: 0,
  }
}

/** Seeds of breaches by promise, those broken most often first. */
export function byPromise({ breaches }: Tally): [promise: string, seeds: number[]][] {
  const seeds = new Map<string, number[]>()
  for (const { promise, seed } of breaches) seeds.set(promise, [...(seeds.get(promise) ?? []), seed])
  return [...seeds]
    .map(([promise, of]) => [promise, of.sort((a, b) => a - b)] as [string, number[]])
    .sort((a, b) => b[1].length - a[1].length)
}
