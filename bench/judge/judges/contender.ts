import type { JudgePlan } from '../../../analysis/src/plan.ts'
import type { Interval } from '../../../analysis/src/table.ts'
import type { World } from '../worlds/world.ts'
import type { Series } from './series.ts'

/** One rollout to be judged. */
export interface Trial {
  readonly world: World
  readonly intervals: readonly Interval[]
  /** The same, one number an arm and minute, as most rivals see it. */
  readonly series: readonly Series[]
  /** The plan with what history has taught, and without. */
  readonly plan: JudgePlan
  readonly bare: JudgePlan
  /** What is normal for each metric: its mean in the history. */
  readonly normal: Readonly<Record<string, number>>
}

/** How many intervals had come when the judge first said fail or pass; 0 for never. What has passed is watched on until the deadline. */
export interface Outcome {
  readonly failedAt: number
  readonly passedAt: number
}

/** A judge in the contest. `share` of the largest number of runs is what its cost allows. */
export interface Contender {
  readonly name: string
  readonly share: number
  /** Whether it is asked how often it passes what is exactly at the margin: alpha and tolerance change nothing there. */
  readonly passes: boolean
  decide(trial: Trial): Outcome
}

/** Rivals that never pass before their deadline. */
export function rival(name: string, share: number, failedAt: (trial: Trial) => number): Contender {
  return {
    name,
    share,
    passes: false,
    decide: (trial) => {
      const at = failedAt(trial)
      return { failedAt: at, passedAt: at > 0 ? 0 : trial.world.deadline }
    },
  }
}
