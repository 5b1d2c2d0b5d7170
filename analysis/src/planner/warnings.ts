import { median } from 'simple-statistics'
import { combine } from '../calibrate/combine.ts'
import { intervalsIn, type JudgePlan, type MetricPlan } from '../plan.ts'
import type { Interval } from '../table.ts'
import { duration, grouped } from '../words.ts'
import type { Forecast } from './forecast.ts'
import { counterRemedies, type Rates, type Remedy } from './remedies.ts'
import type { SimulatedRun } from './simulate.ts'
import type { World } from './world.ts'

export interface Warning {
  readonly code: /** Nothing can pass: the bake time, or the intervals left out, last longer than the deadline; or nothing gates. */
    | 'bake-beyond-deadline'
    | 'warmup-beyond-deadline'
    | 'no-gate'
    /** The history has no requests, or nothing of a metric. */
    | 'no-traffic'
    | 'no-history'
    /** Nothing bad ever happened. */
    | 'spotless'
    /** A gauge has too few intervals before the deadline to be tested at all. */
    | 'few-intervals'
    /** Healthy releases pass in fewer than 5 %, or 80 %, of the simulations. */
    | 'cannot-pass'
    | 'may-not-pass'
  readonly metric?: string
  readonly because: string
  /** What would help, each by itself; the first is the one that changes least of what is asked. */
  readonly remedies: readonly Remedy[]
}

/** Below them a pass is out of the question, or nothing to count on. */
const passing = { never: 0.05, likely: 0.8 }

/** What forbids any pass whatever the data: then no healthy release is simulated. */
export function impossible(plan: JudgePlan, world: World): Warning[] {
  const { bake, deadline, interval, warmup } = plan
  const warnings: Warning[] = []
  const say = (code: Warning['code'], because: string, remedies: readonly Remedy[] = []) => warnings.push({ code, because, remedies })
  if (intervalsIn(bake, plan) > intervalsIn(deadline, plan))
    say(
      'bake-beyond-deadline',
      `The bake time of ${duration(bake)} is longer than the deadline of ${duration(deadline)}: nothing can pass.`,
      [{ change: 'deadline', to: 2 * bake, text: `a deadline of ${duration(2 * bake)}` }],
    )
  if (warmup >= intervalsIn(deadline, plan))
    say(
      'warmup-beyond-deadline',
      `The first ${warmup} intervals are left out, but there are only ${intervalsIn(deadline, plan)} before the deadline: nothing is ever judged.`,
      [{ change: 'deadline', to: 4 * warmup * interval, text: `a deadline of ${duration(4 * warmup * interval)}` }],
    )
  if (!plan.metrics.some(({ gate }) => gate)) say('no-gate', 'No metric gates: harm is looked for, but nothing can pass.')
  if (world.known.size === 0)
    say('no-traffic', 'The history has no traffic at all: as long as that stays so nothing can pass and no harm is found.')
  return warnings
}

interface Facts {
  readonly plan: JudgePlan
  readonly weight: number
  readonly world: World
  readonly history: readonly (readonly Interval[])[]
  readonly healthy: readonly SimulatedRun[]
  readonly pass: Forecast
}

export function warningsOf(facts: Facts): Warning[] {
  const { plan, world, healthy, pass } = facts
  const warnings: Warning[] = []
  for (const [at, metric] of plan.metrics.entries()) {
    const { name } = metric
    if (!world.known.has(name)) {
      if (world.known.size > 0)
        warnings.push({
          code: 'no-history',
          metric: name,
          because: `${name}: the history has nothing of it, so nothing can be said of how long it takes${metric.gate ? '; without data it never passes' : ''}.`,
          remedies: [],
        })
      continue
    }
    if (world.spotless.has(name))
      warnings.push({
        code: 'spotless',
        metric: name,
        because: `${name}: nothing bad has ever happened in the history, so only a rate can be told from it, no ratio. Look whether the query counts what it should.`,
        remedies: [],
      })
    const few = tooFewIntervals(plan, metric)
    if (few) warnings.push(few)
    else if (healthy.length > 0 && metric.gate) warnings.push(...slow(facts, metric, at))
  }
  if (healthy.length > 0 && pass.share < passing.likely && !warnings.some(({ code }) => code !== 'spotless'))
    warnings.push({
      code: pass.share < passing.never ? 'cannot-pass' : 'may-not-pass',
      because: shareSentence('This analysis', pass.share, healthy.length, plan),
      remedies: [],
    })
  return warnings
}

/** Intervals that a gauge's test wants at least. */
const leastIntervals = 4

function tooFewIntervals(plan: JudgePlan, metric: MetricPlan): Warning | undefined {
  if (metric.form !== 'gauge') return undefined
  const has = intervalsIn(plan.deadline, plan) - plan.warmup
  if (has >= leastIntervals) return undefined
  const seconds = 2 * (leastIntervals + plan.warmup) * plan.interval
  return {
    code: 'few-intervals',
    metric: metric.name,
    because: `${metric.name}: ${has} intervals before the deadline are too few for a gauge, which needs ${leastIntervals} before it says anything${metric.gate ? ', so it cannot pass' : ''}.`,
    remedies: [{ change: 'deadline', to: seconds, text: `a deadline of ${duration(seconds)}` }],
  }
}

function slow({ plan, weight, history, healthy }: Facts, metric: MetricPlan, at: number): Warning[] {
  const share = healthy.filter(({ metrics }) => metrics[at] !== undefined).length / healthy.length
  if (share >= passing.likely) return []
  const rates = ratesOf(history, metric)
  const remedies = rates ? counterRemedies(plan, metric, rates, weight) : longer(plan, healthy, at)
  const because = shareSentence(metric.name, share, healthy.length, plan)
  const none = remedies.length === 0 ? ' Leave it out of the gate, or decide what an undecided release does.' : ''
  return [{ code: share < passing.never ? 'cannot-pass' : 'may-not-pass', metric: metric.name, because: because + none, remedies }]
}

function shareSentence(what: string, share: number, runs: number, plan: JudgePlan): string {
  const often = share === 0 ? 'in none' : `in only ${Math.round(share * runs)}`
  return `${what} passes before the deadline of ${duration(plan.deadline)} ${often} of ${grouped(runs)} simulated healthy releases.`
}

/** For evidence that has no simple rate: it goes on as it went to the deadline. */
function longer(plan: JudgePlan, healthy: readonly SimulatedRun[], at: number): Remedy[] {
  const reached = healthy.length === 0 ? Number.NaN : median(healthy.map((run) => run.reached[at] ?? 0))
  const remedies: Remedy[] = []
  if (reached > 0.1) {
    const seconds = Math.ceil((1.7 * plan.deadline) / reached / 1800) * 1800
    remedies.push({ change: 'deadline', to: seconds, text: `a deadline of ${duration(seconds)}` })
  }
  const margin = plan.metrics[at]?.margin
  const wider = margin === undefined ? 1 : 2 * margin
  remedies.push({ change: 'margin', to: wider, text: `a wider margin, such as ${Math.round(100 * wider)} %` })
  return remedies
}

/** Of the whole service in an average interval. */
function ratesOf(history: readonly (readonly Interval[])[], { name }: MetricPlan): Rates | undefined {
  const draw = history.find(({ length }) => length > 0) ?? []
  const rates = draw.flatMap(({ metrics }): Rates[] => {
    const measurement = metrics[name]
    if (measurement?.form === 'ratio')
      return [combine.ratio([measurement.canary, measurement.baseline].filter((sample) => sample !== undefined))]
    if (measurement?.form === 'count') {
      const { count, exposure = 1 } = combine.count([measurement.canary, measurement.baseline].filter((sample) => sample !== undefined))
      return [{ bad: count, total: exposure }]
    }
    return []
  })
  if (rates.length === 0) return undefined
  const { bad, total } = combine.ratio(rates)
  return { bad: bad / rates.length, total: total / rates.length }
}
