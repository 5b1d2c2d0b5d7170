import { leastStep } from './calibrate/steps.ts'
import { intervalsIn, type JudgePlan, type MetricPlan } from './plan.ts'
import { PlannerError } from './planner/errors.ts'
import { type Forecast, forecast } from './planner/forecast.ts'
import { smallestFound, type Trials, trials } from './planner/search.ts'
import { sentencesOf } from './planner/sentences.ts'
import { alone, type SimulatedRun, simulate } from './planner/simulate.ts'
import { impossible, type Warning, warningsOf } from './planner/warnings.ts'
import { worldOf } from './planner/world.ts'
import { alphaShares } from './sequential/shares.ts'
import type { Interval } from './table.ts'

export interface PlanningInput {
  /** With what is known of its metrics from before: see `withHistory`. */
  readonly plan: JudgePlan
  /** Placebo lists, as `placebos` makes them. Rates are taken from the first, noise from all. */
  readonly history: readonly (readonly Interval[])[]
  /** The canary's weight in percent when the plan has no ramp. */
  readonly weight?: number
  /** Seconds; instead of the plan's. */
  readonly deadline?: number
  readonly seed?: number
  /** Simulated healthy releases; of the worse ones half as many for each metric and size. Default 200, fewer for long or large plans. */
  readonly runs?: number
}

/** What to expect of a release, before it starts. */
export interface ReleaseForecast {
  /** How the forecasts were made: every number under `pass`, `falseAlarms`, `ramp` and `metrics` is counted from simulated releases. */
  readonly simulated: { readonly healthy: number; readonly worse: number; readonly seed: number }
  /** Requests a minute of the whole service, and of the canary at its last weight; where the history counts them. */
  readonly traffic?: { readonly all: number; readonly canary: number }
  /** The pass of a healthy release. */
  readonly pass: Forecast
  /** Share of healthy releases that failed. */
  readonly falseAlarms: number
  readonly ramp?: readonly { readonly weight: number; readonly left: Forecast }[]
  readonly metrics: readonly MetricForecast[]
  readonly warnings: readonly Warning[]
  readonly sentences: readonly string[]
}

export interface MetricForecast {
  readonly name: string
  readonly form: MetricPlan['form']
  /** When a healthy canary has shown that this metric is within its margin, bake time aside. */
  readonly pass: Forecast
  /** What a canary so many times worse is failed after. Left out where nothing bad ever happens: then there is no ratio. */
  readonly found?: readonly { readonly times: number; readonly fail: Forecast }[]
  /** The smallest harm that is found in so many cases before the deadline and before a pass: as a ratio, or as a rate where there never was any. */
  readonly smallest: readonly { readonly share: number; readonly times?: number; readonly rate?: number }[]
}

/**
 * Forecasts a release from the service's own history, with the judge that will judge it: simulated releases at the history's rates, drift and noise,
 * seeded, so the same input gives the same forecast. About a second for 4 metrics and 60 intervals.
 *
 * Throws a PlannerError when the history is empty, or a weight or number of runs makes no sense. What merely bodes ill is a warning.
 */
export function planRelease(input: PlanningInput): ReleaseForecast {
  const planning = planInSteps(input)
  let step = planning.next()
  while (!step.done) step = planning.next()
  return step.value
}

/** The same in steps, each a simulated release or the search for one metric, so that whoever drives it may do other things in between. */
export function* planInSteps({
  plan: given,
  history,
  weight = 10,
  deadline,
  seed = 1,
  runs: asked,
}: PlanningInput): Generator<void, ReleaseForecast> {
  const plan = deadline === undefined ? given : { ...given, deadline }
  const runs = asked ?? affordable(plan)
  check(plan, history, weight, runs)
  const world = worldOf(plan, history, seed)
  const top = Math.max(...(plan.ramp?.weights ?? [weight]))
  const volume = plan.metrics.flatMap(({ name }) => world.volume.get(name) ?? [])[0]
  const perMinute = volume === undefined ? undefined : (volume * 60) / plan.interval
  const hopeless = impossible(plan, world)
  const worse = Math.max(1, Math.ceil(runs / 2))
  const healthy: SimulatedRun[] = []
  for (let run = 0; run < runs && hopeless.length === 0; run++) {
    healthy.push(simulate(plan, world, weight, run))
    yield
  }
  const shares = alphaShares(plan.metrics)
  const metricForecast = (metric: MetricPlan, at: number): MetricForecast => {
    const pass = forecast(
      momentsOf(healthy, ({ metrics: each }) => each[at]),
      plan.interval,
    )
    const { name, form } = metric
    if (!world.known.has(name) || hopeless.some(({ code }) => code === 'no-traffic')) return { name, form, pass, smallest: [] }
    const tried = trials(alone(plan, at, shares), world, weight, worse)
    const absolute = world.spotless.has(name)
    const smallest = (worse >= enoughForRare ? [0.8, 0.99] : [0.8]).flatMap((share) => {
      const size = smallestFound(tried, share)
      return size === undefined ? [] : [absolute ? { share, rate: size } : { share, times: size }]
    })
    return { name, form, pass, ...(absolute ? {} : { found: [2, 5].map((times) => detection(tried, times, plan.interval)) }), smallest }
  }
  const metrics: MetricForecast[] = []
  for (const [at, metric] of plan.metrics.entries()) {
    metrics.push(metricForecast(metric, at))
    yield
  }
  const facts = {
    simulated: { healthy: healthy.length, worse, seed },
    ...(perMinute === undefined ? {} : { traffic: { all: perMinute, canary: (perMinute * top) / 100 } }),
    pass: forecast(
      momentsOf(healthy, ({ decision, end }) => (decision === 'pass' ? end : undefined)),
      plan.interval,
    ),
    falseAlarms: healthy.filter(({ decision }) => decision === 'fail').length / Math.max(1, healthy.length),
    ...(plan.ramp
      ? {
          ramp: plan.ramp.weights.map((step, at) => ({
            weight: step,
            left: forecast(
              momentsOf(healthy, ({ steps }) => steps[at]),
              plan.interval,
            ),
          })),
        }
      : {}),
    metrics,
  }
  const warnings = [...hopeless, ...warningsOf({ plan, weight, world, history, healthy, pass: facts.pass })]
  return { ...facts, warnings, sentences: sentencesOf(plan, facts, warnings) }
}

/** Of fewer releases nobody can say what happens in 99 of 100. */
const enoughForRare = 100

/** So many releases that all of them together have about as many intervals and metrics as 200 with 4 metrics and 4 hours of minutes. */
function affordable(plan: JudgePlan): number {
  const intervals = intervalsIn(plan.deadline, plan) * Math.max(1, plan.metrics.length / 4)
  return Math.min(200, Math.max(20, Math.floor(48_000 / intervals)))
}

function momentsOf<T>(runs: readonly SimulatedRun[], moment: (run: SimulatedRun) => T): T[] {
  return runs.map(moment)
}

function detection(tried: Trials, times: number, interval: number): { times: number; fail: Forecast } {
  const at = tried.sizes.indexOf(times)
  const runs = Array.from({ length: tried.runs }, (_, run) => tried.outcome(at, run))
  return {
    times,
    fail: forecast(
      momentsOf(runs, ({ decision, end }) => (decision === 'fail' ? end : undefined)),
      interval,
    ),
  }
}

function check(plan: JudgePlan, history: readonly (readonly Interval[])[], weight: number, runs: number): void {
  const most = plan.baseline === 'fresh' ? 50 : 99
  if (!plan.ramp && !(weight > 0 && weight <= most))
    throw new PlannerError(`A canary weight of ${weight} % leaves nothing to compare with: write a percentage above 0 and up to ${most}`)
  if (!(Number.isInteger(runs) && runs >= 1 && runs <= 100_000))
    throw new PlannerError(`Simulating ${runs} releases makes no sense: write 1 to 100000`)
  if (!(plan.deadline > 0 && Number.isFinite(plan.deadline)))
    throw new PlannerError(`A deadline of ${plan.deadline} s makes no sense: write seconds above 0`)
  if (!history.some((draw) => draw.length > 0))
    throw new PlannerError('There is no history of the stable version yet: nothing can be said of how long a release will take')
  leastStep(history)
}
