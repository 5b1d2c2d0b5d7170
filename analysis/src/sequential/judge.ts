import { checkInterval, TableError } from '../check.ts'
import type { Judge } from '../judge.ts'
import { intervalsIn, type JudgePlan } from '../plan.ts'
import type { Interval } from '../table.ts'
import type { Cause } from '../verdict.ts'
import type { Gate, Setting } from './engine.ts'
import { type Alarm, alarm, calmGuards, observeGuards } from './guards.ts'
import { beginMetric, observeMetric } from './metric.ts'
import { alphaShares } from './shares.ts'
import { type Evidences, gatePassed, limit, type SequentialState } from './state.ts'
import { toldBy } from './traffic.ts'
import { verdictOf } from './verdict.ts'

/**
 * The sequential judge. The chance that it ever fails a release of which every metric is within its tolerance is at most `alpha`, over all
 * looks, metrics and steps; the chance that it passes one of which a gating metric is beyond its margin is at most `beta`. What has failed stays
 * failed; what has passed may still fail when intervals go on coming.
 *
 * Throws a TableError for an interval that cannot be judged, and leaves the state as it was. A label that is not higher than the last is ignored.
 */
export const sequentialJudge: Judge<JudgePlan, SequentialState> = {
  begin(plan) {
    const setting = settingOf(plan)
    return {
      plan,
      setting,
      metrics: plan.metrics.map((metric) => beginMetric(metric, setting)),
      guards: plan.metrics.map(() => calmGuards),
      limits: alphaShares(plan.metrics).map((share) => -Math.log(plan.alpha * share)),
      seen: 0,
      unsettled: plan.warmup,
      renewed: false,
      restless: 0,
    }
  },
  observe(state, interval) {
    if (state.last !== undefined && interval.interval <= state.last) return state
    checkInterval(interval)
    checkForms(state.plan, interval)
    return decided(counted(state, interval), interval)
  },
  verdict: verdictOf,
}

/** The gates: place 0 is the final one, then one a step of the ramp, last the final one again of intervals since the last change of weight. */
function settingOf(plan: JudgePlan): Setting {
  const final: Gate = { share: 1, beta: plan.beta, fresh: false }
  const starts = { planned: intervalsIn(plan.deadline, plan) }
  const { ramp } = plan
  if (!ramp) return { gates: [final], starts }
  const steps = ramp.weights.map((weight): Gate => ({ share: weight / 100, budget: ramp.budget, beta: ramp.beta, fresh: false }))
  return { gates: [final, ...steps, { share: 1, beta: ramp.beta, fresh: true }], starts }
}

/** How many intervals are left out from this one on: those of warm-up, and those after a change of weight. */
export function unsettledAt(unsettled: number, last: number | undefined, weight: number | undefined, settle: number): number {
  return weight !== undefined && last !== undefined && weight !== last ? Math.max(unsettled, settle) : unsettled
}

function counted(state: SequentialState, measuredIn: Interval): SequentialState {
  const { interval, weight, metrics } = measuredIn
  const changed = weight !== undefined && state.weight !== undefined && weight !== state.weight
  const unsettled = unsettledAt(state.unsettled, state.weight, weight, state.plan.settle)
  const renewed = state.renewed || changed
  const now = { ...state, seen: state.seen + 1, last: interval, ...(weight === undefined ? {} : { weight }) }
  if (unsettled > 0) return { ...now, unsettled: unsettled - 1, renewed }
  // What was counted while the weight changed is of two weights.
  const told = changed ? undefined : toldBy(state.plan, measuredIn)
  return {
    ...now,
    unsettled: 0,
    renewed: false,
    metrics: state.metrics.map((metric) => {
      const measured = metrics[metric.plan.name]
      return measured ? observeMetric(metric, measured, renewed) : metric
    }),
    guards: state.guards.map((guard, at) => {
      const metric = state.metrics[at]
      return metric ? observeGuards(guard, metric.plan, metrics[metric.plan.name], told) : guard
    }),
  }
}

function decided(state: SequentialState, { interval }: Interval): SequentialState {
  const evidence = state.metrics.map(({ evidence }) => evidence)
  const restless = evidence.some(({ harm }) => harm.some(({ logE }) => logE > 0)) ? state.seen : state.restless
  const { stuck: _, ...rest } = state
  const next = { ...rest, restless }
  if (state.failed) return next
  const alarms = state.guards.flatMap((guard, at) => {
    const metric = state.metrics[at]
    const raised = metric && alarm(guard, metric.plan)
    return metric && raised ? [{ ...raised, metric }] : []
  })
  const broken = alarms.find(({ guard, metric }) => guard === 'breaker' || (guard === 'missing' && metric.plan.mustHaveData))
  const tripped = crossing(state, evidence)
  if (tripped) return { ...next, failed: { at: interval, after: state.seen, by: tripped } }
  if (broken)
    return {
      ...next,
      failed: {
        at: interval,
        after: state.seen,
        because: broken.because,
        by: { metric: broken.metric.plan.name, engine: broken.guard, also: [] },
      },
    }
  const stuck = alarms.find((one: Alarm) => one.guard !== 'breaker')?.because
  if (stuck !== undefined) return { ...next, stuck }
  if (!state.passed && mayPass(state, evidence)) return { ...next, passed: { at: interval, after: state.seen } }
  return next
}

/** The engine that has crossed its limit by most, and what else looks harmful by e-BH (Wang and Ramdas, arXiv 2009.02824) at level alpha: a hint. */
function crossing(state: SequentialState, evidence: Evidences): Cause | undefined {
  const surpluses = evidence.flatMap(({ harm }, at) =>
    harm.map(({ engine, logE, share }) => ({
      metric: state.metrics[at]?.plan.name ?? '',
      engine,
      surplus: logE - limit(state, at, share),
    })),
  )
  const worst = surpluses.reduce((most, one) => (one.surplus > most.surplus ? one : most), {
    metric: '',
    engine: '',
    surplus: Number.NEGATIVE_INFINITY,
  })
  if (!(worst.surplus >= 0)) return undefined
  const each = evidence.map(({ harm }, at) => ({
    metric: state.metrics[at]?.plan.name ?? '',
    logE: Math.max(...harm.map(({ logE, share }) => logE + Math.log(share))),
  }))
  const sorted = each.toSorted((a, b) => b.logE - a.logE)
  const found = sorted.findLastIndex(({ logE }, at) => logE >= Math.log(each.length / (state.plan.alpha * (at + 1))))
  const also = sorted.slice(0, found + 1).flatMap(({ metric }) => (metric === worst.metric ? [] : [metric]))
  return { metric: worst.metric, engine: worst.engine, also }
}

/** Not before the bake is over; with a ramp, not before its last weight, where the final margins must hold since the weight came too. */
function mayPass(state: SequentialState, evidence: Evidences): boolean {
  const { plan, setting, weight, seen } = state
  if (seen < intervalsIn(plan.bake, plan) || !state.metrics.some(({ plan: { gate } }) => gate)) return false
  const top = Math.max(...(plan.ramp?.weights ?? [0]))
  if (weight !== undefined && weight < top) return false
  return setting.gates.every((_, at) => gatePassed(state, evidence, at))
}

function checkForms(plan: JudgePlan, { interval, metrics }: Interval): void {
  for (const { name, form } of plan.metrics) {
    const got = metrics[name]?.form
    if (got !== undefined && got !== form)
      throw new TableError(`interval ${interval}, ${name}: the form is ${got}, but the plan says ${form}: write one form throughout`)
  }
  const unknown = Object.keys(metrics).find((name) => !plan.metrics.some((metric) => metric.name === name))
  if (unknown !== undefined) {
    const names = plan.metrics.map(({ name }) => name).join(', ')
    throw new TableError(`interval ${interval}: ${unknown} is no metric of the plan (${names}): add it to the plan`)
  }
}
