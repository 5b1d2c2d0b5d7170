import type { Counts } from './kernel.ts'

/** What the baseline has shown lately: sums that fade, by a tenth each interval. */
export type Usual = Counts

export const beginUsual: Usual = { bad: 0, total: 0 }

const memory = 0.9
/** So many times the usual rate, beyond what chance does, is no usual interval. */
const timesUsual = 3
const sigmas = 4
const leastEvents = 5
/** What lasts becomes the usual: while it is unwell, the rate that is taken for usual grows by this each interval. */
const patience = 1.1
const mostDispersion = 50

/** Whether the baseline's events are far beyond what they have been lately. Never in the first interval. */
export function isUnwell(usual: Usual, { bad, total }: Counts, dispersion: number): boolean {
  if (usual.total === 0 || total === 0) return false
  const expected = timesUsual * (usual.bad / usual.total) * total
  return bad > expected + sigmas * Math.sqrt(Math.min(dispersion, mostDispersion) * expected) + leastEvents
}

export function observeUsual(usual: Usual, { bad, total }: Counts, unwell: boolean): Usual {
  if (unwell) return { bad: Math.max(1, usual.bad * patience), total: usual.total }
  return { bad: usual.bad * memory + bad, total: usual.total * memory + total }
}
