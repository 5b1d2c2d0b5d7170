import { calibrate, withHistory } from '../../analysis/src/calibrate.ts'
import { JudgePlan } from '../../analysis/src/plan.ts'
import type { Interval } from '../../analysis/src/table.ts'
import { contenders } from './judges/all.ts'
import type { Outcome, Trial } from './judges/contender.ts'
import { normalOf, seriesOf } from './judges/series.ts'
import { Stream } from './random/philox.ts'
import { worldNamed } from './worlds/all.ts'
import type { World } from './worlds/world.ts'

/** Runs that share one history, and its length in intervals: eight hours of minutes. */
export const runsPerHistory = 50
export const historyIntervals = 480

export interface WorldTask {
  readonly kind: 'world'
  readonly world: string
  readonly seed: number
  readonly from: number
  readonly to: number
  /** Runs of each contender by name, from 0: what lies above is left out. */
  readonly runs: Readonly<Record<string, number>>
}

/** One run of one contender: outcome, and what the canary served between onset and the fail (to the end when there is none). */
export interface RunResult extends Outcome {
  readonly requests: number
  readonly bad: number
}

export type WorldResult = Readonly<Record<string, readonly RunResult[]>>

/** Runs `from` to `to` of a world before all contenders. Depends on the task alone. */
export function runWorld({ world: name, seed, from, to, runs }: WorldTask): WorldResult {
  const world = worldNamed(name)
  const results: Record<string, RunResult[]> = {}
  let known: ReturnType<typeof learn> | undefined
  let knownOf = -1
  for (let run = from; run < to; run++) {
    const history = Math.floor(run / runsPerHistory)
    if (!known || history !== knownOf) {
      known = learn(world, seed, history)
      knownOf = history
    }
    const intervals = world.intervals(new Stream(seed, name, run))
    const trial: Trial = { world, intervals, series: seriesOf(intervals), ...known }
    for (const contender of contenders) {
      if (run >= (runs[contender.name] ?? 0)) continue
      const outcome = contender.decide(trial)
      const made = results[contender.name] ?? []
      results[contender.name] = made
      made.push({ ...outcome, ...served(world, intervals, outcome.failedAt) })
    }
  }
  return results
}

export function learn(world: World, seed: number, history: number): Pick<Trial, 'plan' | 'bare' | 'normal'> {
  const before = world.placebo(new Stream(seed, world.name, history, 'history'), historyIntervals)
  const bare = JudgePlan.parse(world.plan)
  return { plan: withHistory(bare, calibrate([before], bare.metrics)), bare, normal: normalOf(seriesOf(before)) }
}

function served({ serves, onset }: World, intervals: readonly Interval[], failedAt: number): { requests: number; bad: number } {
  let requests = 0
  let bad = 0
  for (const [at, { interval, metrics }] of intervals.entries()) {
    if (failedAt > 0 && at >= failedAt) break
    const measured = interval >= onset && serves !== undefined ? metrics[serves] : undefined
    if (measured?.form === 'ratio') {
      requests += measured.canary?.total ?? 0
      bad += measured.canary?.bad ?? 0
    } else if (measured?.form === 'histogram') {
      for (const [, count] of measured.canary?.buckets ?? []) requests += count
    }
  }
  return { requests, bad }
}
