import type { JudgePlan } from '../plan.ts'
import { type SimulatedRun, simulate } from './simulate.ts'
import type { World } from './world.ts'

/** How many times worse a canary is tried at. */
const ratios: readonly number[] = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.25, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100]

/** Rates of bad events tried where there never were any, from which a ratio could be taken. */
const rates: readonly number[] = [0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1]

/** Simulated releases with one metric worse by one of a list of sizes; nothing is run twice. */
export interface Trials {
  readonly sizes: readonly number[]
  outcome(at: number, run: number): SimulatedRun
  readonly runs: number
}

/** `plan` is for that metric alone. */
export function trials(plan: JudgePlan, world: World, weight: number, runs: number): Trials {
  const metric = plan.metrics[0]?.name ?? ''
  const absolute = world.spotless.has(metric)
  const sizes = absolute ? rates : ratios
  const known = sizes.map((): SimulatedRun[] => [])
  return {
    sizes,
    runs,
    outcome(at, run) {
      const size = sizes[at] ?? 1
      const effect = absolute ? { metric, times: 1, added: size } : { metric, times: size, added: 0 }
      const done = known[at]?.[run] ?? simulate(plan, world, weight, run, effect)
      const list = known[at]
      if (list) list[run] = done
      return done
    },
  }
}

/** The smallest size that a share of the releases is failed for before the deadline, and before they pass. Undefined when none is. */
export function smallestFound(tried: Trials, share: number): number | undefined {
  const allowed = Math.floor((1 - share) * tried.runs + 1e-9)
  let low = 0
  let high = tried.sizes.length
  // The first guess is where most answers lie, not the middle.
  let guess = Math.floor(tried.sizes.length / 3)
  while (low < high) {
    if (isFound(tried, guess, allowed)) high = guess
    else low = guess + 1
    guess = (low + high) >> 1
  }
  return tried.sizes[low]
}

function isFound(tried: Trials, at: number, allowed: number): boolean {
  let misses = 0
  for (let run = 0; run < tried.runs; run++) {
    if (tried.outcome(at, run).decision !== 'fail') misses += 1
    if (misses > allowed) return false
  }
  return true
}
