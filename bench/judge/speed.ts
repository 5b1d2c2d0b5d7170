import { calibrate, withHistory } from '../../analysis/src/calibrate.ts'
import { JudgePlan } from '../../analysis/src/plan.ts'
import { sequentialJudge } from '../../analysis/src/sequential/judge.ts'
import type { Interval } from '../../analysis/src/table.ts'
import { Stream } from './random/philox.ts'
import { errors, gauge, latency } from './worlds/sources.ts'
import { type WorldSpec, world } from './worlds/world.ts'

/** Milliseconds of processor time for 1,000 intervals of 10 metrics: the best of so many rounds, since other programs only ever make it slower. */
export interface Speed {
  readonly what: string
  readonly milliseconds: number
  /** Whether dispersions were known from history: else wealth is kept for every dispersion that may yet be learned. */
  readonly history: boolean
}

const intervals = 1000

export function measureSpeed(seed: number, rounds: number): readonly Speed[] {
  const rates = (count: number) => Array.from({ length: count }, (_, at) => errors({ name: `errors-${at}`, rate: 0.005 }))
  const levels = (count: number) => Array.from({ length: count }, (_, at) => gauge({ name: `gauge-${at}` }))
  const latencies = (count: number) => Array.from({ length: count }, (_, at) => ({ ...latency(), name: `latency-${at}` }))
  const cases: readonly (readonly [string, WorldSpec['sources']])[] = [
    ['ten error rates', rates(10)],
    ['four error rates, two histograms, four gauges', [...rates(4), ...latencies(2), ...levels(4)]],
  ]
  return cases.flatMap(([what, sources]) =>
    [true, false].map((history) => ({ what, history, milliseconds: best(sources, history, seed, rounds) })),
  )
}

function best(sources: WorldSpec['sources'], history: boolean, seed: number, rounds: number): number {
  const made = world({ name: 'speed', family: 'speed', truth: 'clean', rpm: 6000, deadline: intervals, sources })
  const table = made.intervals(new Stream(seed, 'speed', 0))
  const bare = JudgePlan.parse(made.plan)
  const plan = history ? withHistory(bare, calibrate([made.placebo(new Stream(seed, 'speed', 0, 'history'), 240)], bare.metrics)) : bare
  return Math.min(...Array.from({ length: rounds }, () => timed(plan, table)))
}

function timed(plan: JudgePlan, table: readonly Interval[]): number {
  const began = process.cpuUsage()
  let state = sequentialJudge.begin(plan)
  for (const interval of table) state = sequentialJudge.observe(state, interval)
  sequentialJudge.verdict(state)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}
