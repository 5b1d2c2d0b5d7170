import { baselineShare, intervalsIn, type JudgePlan, type MetricPlan } from '../plan.ts'
import { countEngine } from '../sequential/count.ts'
import type { Setting } from '../sequential/engine.ts'
import { sequentialJudge } from '../sequential/judge.ts'
import { ratioEngine } from '../sequential/ratio.ts'
import { duration } from '../words.ts'

/** A change after which a pass comes in time. */
export interface Remedy {
  readonly change: 'deadline' | 'margin' | 'atLeast' | 'traffic' | 'weight'
  /** Its new value: seconds, shares, percent of the traffic, or how many times the traffic. */
  readonly to: number
  readonly text: string
}

/** What the whole service shows of a pair of counters in an average interval. */
export interface Rates {
  readonly bad: number
  readonly total: number
}

/** The typical time must leave this room before the deadline, since half of all releases take longer. */
const room = 0.6

const margins: readonly number[] = [0.25, 0.5, 1, 2, 4]
const differences: readonly number[] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05]
const shares: readonly number[] = [5, 10, 20, 30, 50]
const most = { deadline: 7 * 86_400, traffic: 1000 }

/** Each by itself enough, from the average growth of the evidence. `weight` is the canary's percentage when there is no ramp. */
export function counterRemedies(plan: JudgePlan, metric: MetricPlan, rates: Rates, weight: number): Remedy[] {
  const limit = intervalsIn(plan.deadline, plan)
  const enough = (intervals: number): boolean => intervals <= room * limit
  const needed = (changed: MetricPlan, traffic = 1, share = weight) => passIntervals(plan, changed, rates, traffic, share)
  const now = needed(metric)
  const remedies: Remedy[] = []
  const seconds = roundUp((now / room) * plan.interval)
  if (seconds > plan.deadline && seconds <= most.deadline)
    remedies.push({ change: 'deadline', to: seconds, text: `a deadline of ${duration(seconds)}` })
  const margin = margins.find((to) => to > (metric.margin ?? 0.5) && enough(needed({ ...metric, margin: to })))
  if (margin !== undefined) remedies.push({ change: 'margin', to: margin, text: `a margin of ${percent(margin)}` })
  if (metric.form === 'ratio') {
    const atLeast = differences.find((to) => to > (metric.atLeast ?? 0.001) && enough(needed({ ...metric, atLeast: to })))
    if (atLeast !== undefined) remedies.push({ change: 'atLeast', to: atLeast, text: `atLeast: ${percent(atLeast)}` })
  }
  if (!plan.ramp) {
    const share = shares.find((to) => to > weight && enough(needed(metric, 1, to)))
    if (share !== undefined) remedies.push({ change: 'weight', to: share, text: `a weight of ${share} % instead of ${weight} %` })
  }
  const traffic = Math.ceil(now / (room * limit))
  if (traffic > 1 && traffic <= most.traffic && enough(needed(metric, traffic)))
    remedies.push({ change: 'traffic', to: traffic, text: `${traffic} times the traffic` })
  return remedies
}

/** Intervals that a healthy canary typically needs for its pass, step by step; Infinity when the evidence does not grow. */
function passIntervals(plan: JudgePlan, metric: MetricPlan, rates: Rates, traffic: number, weight: number): number {
  const { setting } = sequentialJudge.begin({ ...plan, metrics: [metric] })
  const weights = plan.ramp?.weights ?? []
  const top = weights.at(-1) ?? weight
  let sum = 0
  for (const [at, { beta, fresh }] of setting.gates.entries()) {
    if (fresh) continue
    // Place 0 is the final gate, asked at the last weight.
    const canary = (at === 0 ? top : (weights[at - 1] ?? top)) / 100
    const arm = (share: number) => ({ bad: rates.bad * share * traffic, total: rates.total * share * traffic })
    sum += gateIntervals(metric, setting, at, -Math.log(beta), arm(canary), arm(baselineShare(plan, canary)))
  }
  return sum
}

/** What the engine itself expects after one average interval. */
function gateIntervals(metric: MetricPlan, setting: Setting, gate: number, nats: number, canary: Rates, baseline: Rates): number {
  if (metric.form === 'count') {
    const count = ({ bad, total }: Rates) => ({ count: bad, exposure: total })
    const state = countEngine.observe(countEngine.begin(metric, setting), count(canary), count(baseline), false)
    return 1 + (countEngine.need(state, gate, nats)?.intervals ?? Number.POSITIVE_INFINITY)
  }
  const state = ratioEngine.observe(ratioEngine.begin(metric, setting), canary, baseline, false)
  return 1 + (ratioEngine.need(state, gate, nats)?.intervals ?? Number.POSITIVE_INFINITY)
}

/** To a length of time that people would write. */
function roundUp(seconds: number): number {
  const unit = seconds <= 3600 ? 300 : seconds <= 6 * 3600 ? 1800 : 3600
  return Math.ceil(seconds / unit) * unit
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
