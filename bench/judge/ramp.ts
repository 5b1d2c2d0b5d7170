import { calibrate, withHistory } from '../../analysis/src/calibrate.ts'
import { JudgePlan } from '../../analysis/src/plan.ts'
import { sequentialJudge } from '../../analysis/src/sequential/judge.ts'
import type { Interval } from '../../analysis/src/table.ts'
import { binomial, poisson } from './random/distributions.ts'
import { Stream } from './random/philox.ts'
import { historyIntervals, runsPerHistory } from './run.ts'

/** One cell of the ramp's table: a service, and a release of it. */
export interface RampCell {
  readonly name: string
  /** Requests a second in all, their rate of bad ones, and the length of an interval in seconds. */
  readonly rps: number
  readonly rate: number
  readonly seconds: number
  /** Seconds until undecided counts as not promoted. */
  readonly deadline: number
  /** What the release does to its rate: times `factor` plus `extra`, from the weight `from` on. */
  readonly factor: number
  readonly extra?: number
  readonly from?: number
  /** A fixed share instead of the ramp. */
  readonly fixed?: number
  /** Nothing is known from before: the dispersion is learned in the run. */
  readonly bare?: boolean
}

export interface RampTask {
  readonly kind: 'ramp'
  readonly cell: RampCell
  readonly seed: number
  readonly from: number
  readonly to: number
}

/** How one ramp ended, after how many minutes, and the bad answers that its canary served: in all, and beyond those of the old version. */
export interface RampResult {
  readonly end: 'promoted' | 'rolled back' | 'undecided'
  readonly minutes: number
  readonly bad: number
  readonly excess: number
}

const weights = [1, 5, 25, 50]
/** Pods carved out of the stable version as the pseudo-canary of the history: a quarter. */
const placeboShare = 0.25

/** Closed loop: the world draws an interval at the present weight, the verdict says whether the step may be left. */
export function runRamps({ cell, seed, from, to }: RampTask): readonly RampResult[] {
  const results: RampResult[] = []
  let plan: JudgePlan | undefined
  for (let run = from; run < to; run++) {
    if (!plan || run % runsPerHistory === 0) plan = planOf(cell, seed, Math.floor(run / runsPerHistory))
    results.push(ramp(cell, plan, new Stream(seed, cell.name, run)))
  }
  return results
}

function planOf(cell: RampCell, seed: number, history: number): JudgePlan {
  const plan = JudgePlan.parse({
    metrics: [{ name: 'errors', form: 'ratio' }],
    interval: cell.seconds,
    bake: 0,
    deadline: cell.deadline,
    ...(cell.fixed === undefined ? { ramp: { weights } } : {}),
  })
  if (cell.bare) return plan
  const stream = new Stream(seed, cell.name, history, 'history')
  const healthy = { ...cell, factor: 1, extra: 0 }
  const before = Array.from({ length: historyIntervals }, (_, at) => draw(healthy, stream, at + 1, placeboShare))
  return withHistory(plan, calibrate([before], plan.metrics))
}

function draw({ rps, rate, seconds, factor, extra = 0 }: RampCell, stream: Stream, interval: number, share: number): Interval {
  const canary = poisson(stream, rps * seconds * share)
  const baseline = poisson(stream, rps * seconds * (1 - share))
  const bad = binomial(stream, canary, Math.min(1, rate * factor + extra))
  return {
    interval,
    weight: share * 100,
    metrics: {
      errors: {
        form: 'ratio',
        canary: { bad, total: canary },
        baseline: { bad: binomial(stream, baseline, rate), total: baseline },
      },
    },
  }
}

function ramp(cell: RampCell, plan: JudgePlan, stream: Stream): RampResult {
  let state = sequentialJudge.begin(plan)
  let step = 0
  let bad = 0
  let usual = 0
  const last = Math.floor(cell.deadline / cell.seconds)
  for (let interval = 1; interval <= last; interval++) {
    const weight = cell.fixed ?? weights[step] ?? 50
    const harmed = weight >= (cell.from ?? 0) ? cell : { ...cell, factor: 1, extra: 0 }
    const now = draw(harmed, stream, interval, weight / 100)
    const errors = now.metrics.errors
    const served = errors?.form === 'ratio' ? errors.canary : undefined
    bad += served?.bad ?? 0
    usual += cell.rate * (served?.total ?? 0)
    state = sequentialJudge.observe(state, now)
    const { verdict, ramp: steps } = sequentialJudge.verdict(state)
    if (verdict === 'fail' || verdict === 'pass') {
      const end = verdict === 'fail' ? 'rolled back' : 'promoted'
      return { end, minutes: (interval * cell.seconds) / 60, bad, excess: Math.round(bad - usual) }
    }
    if (step < weights.length - 1 && steps?.[step]?.passed) step++
  }
  return { end: 'undecided', minutes: cell.deadline / 60, bad, excess: Math.round(bad - usual) }
}
