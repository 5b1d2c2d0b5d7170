import type { Interval } from './table.ts'
import type { Verdict } from './verdict.ts'

/**
 * A judge sees closed intervals one by one and says after each what it makes of them. `observe` costs the same for the first interval and the
 * thousandth, never changes a state it was given, and is a function of its arguments alone: the same intervals give the same verdict, bit for bit,
 * live or replayed.
 */
export interface Judge<Plan, State> {
  begin(plan: Plan): State
  observe(state: State, interval: Interval): State
  verdict(state: State): Verdict
}

/** The verdict on a whole record. */
export function judgeAll<Plan, State>(judge: Judge<Plan, State>, plan: Plan, intervals: Iterable<Interval>): Verdict {
  let state = judge.begin(plan)
  for (const interval of intervals) state = judge.observe(state, interval)
  return judge.verdict(state)
}
