import type { JudgePlan } from '../../../analysis/src/plan.ts'
import { sequentialJudge } from '../../../analysis/src/sequential/judge.ts'
import type { Interval } from '../../../analysis/src/table.ts'
import type { Contender, Outcome, Trial } from './contender.ts'

export const ours: readonly Contender[] = [
  { ...of('ours, alpha 5 %', 1, ({ plan }) => plan), passes: true },
  of('ours, alpha 1 %', 0.2, ({ plan }) => ({ ...plan, alpha: 0.01 })),
  of('ours, alpha 1 %, zero tolerance', 0.2, ({ plan }) => ({
    ...plan,
    alpha: 0.01,
    metrics: plan.metrics.map((metric) => ({ ...metric, tolerance: 0 })),
  })),
  { ...of('ours, alpha 5 %, no history', 0.4, ({ bare }) => bare), passes: true },
]

function of(name: string, share: number, planOf: (trial: Trial) => JudgePlan): Contender {
  return { name, share, passes: false, decide: (trial) => watch(planOf(trial), trial.intervals) }
}

/** The whole run is watched, also after a pass, to count every false alarm that an hour of looking would bring. */
export function watch(plan: JudgePlan, intervals: readonly Interval[]): Outcome {
  let state = sequentialJudge.begin(plan)
  let passedAt = 0
  for (const [at, interval] of intervals.entries()) {
    state = sequentialJudge.observe(state, interval)
    // The sentence of a verdict is for people: here only what is latched in the state is looked at, by which the verdict is made.
    if (state.failed) return { failedAt: at + 1, passedAt }
    if (state.passed && passedAt === 0) passedAt = at + 1
  }
  return { failedAt: 0, passedAt }
}
