import { intervalsIn } from '../plan.ts'
import type { Decision, Evidence, MetricVerdict, Verdict } from '../verdict.ts'
import { duration } from '../words.ts'
import { alwaysValidP, type MetricState, metricNeed, metricShown } from './metric.ts'
import { metricSentence, type Time } from './sentence.ts'
import { gatePassed, limit, type SequentialState } from './state.ts'

/** What the state says. O(metrics): no confidence sequence, see `explained`. */
export function verdictOf(state: SequentialState): Verdict {
  const { plan, last, failed, passed, seen, restless } = state
  const decision = decisionOf(state)
  const metrics = state.metrics.map((metric, at) => metricVerdict(state, metric, at, decision))
  const at = failed?.at ?? (decision === 'pass' ? passed?.at : undefined)
  const evidence = state.metrics.map(({ evidence }) => evidence)
  return {
    verdict: decision,
    because: reason(state, decision, metrics),
    interval: last ?? 0,
    ...(at === undefined ? {} : { decidedAt: at }),
    ...(failed ? { by: failed.by } : {}),
    metrics,
    ...(plan.ramp ? { ramp: plan.ramp.weights.map((weight, step) => ({ weight, passed: gatePassed(state, evidence, step + 1) })) } : {}),
    calm: seen > 0 && restless <= seen / 2,
  }
}

function decisionOf({ plan, failed, passed, stuck, seen }: SequentialState): Decision {
  if (failed) return 'fail'
  if (passed) return 'pass'
  return stuck !== undefined || seen >= intervalsIn(plan.deadline, plan) ? 'inconclusive' : 'continue'
}

function metricVerdict(state: SequentialState, metric: MetricState, at: number, overall: Decision): MetricVerdict {
  const { plan } = metric
  const { harm, pass } = metric.evidence
  const engines = harm.map(({ logE, share }) => ({ has: logE, needs: limit(state, at, share) }))
  const nearest = engines.reduce((most, one) => (one.has - one.needs > most.has - most.needs ? one : most), {
    has: Number.NEGATIVE_INFINITY,
    needs: limit(state, at, 1),
  })
  const passNeeds = -Math.log(state.plan.beta)
  const passHas = pass[0] ?? Number.NEGATIVE_INFINITY
  const failed = state.failed?.by.metric === plan.name
  const decision: Decision = failed ? 'fail' : passHas >= passNeeds ? 'pass' : overall === 'inconclusive' ? 'inconclusive' : 'continue'
  const { canary, baseline, estimate, above } = metricShown(metric)
  const needed = decision === 'fail' || decision === 'pass' ? undefined : metricNeed(metric, 0, passNeeds)
  const facts = {
    name: plan.name,
    form: plan.form,
    verdict: decision,
    evidence: { harm: plain(nearest), pass: plain({ has: passHas, needs: passNeeds }) },
    p: alwaysValidP(metric),
    ...(estimate === undefined || !Number.isFinite(estimate) ? {} : { ratio: { estimate, low: null, high: null } }),
    ...(above ? { above } : {}),
    ...(canary ? { canary } : {}),
    ...(baseline ? { baseline } : {}),
    ...(needed ? { needed } : {}),
  }
  return { ...facts, because: metricSentence(facts, timeOf(state)) }
}

export function timeOf({ plan, seen }: SequentialState): Time {
  return { interval: plan.interval, left: intervalsIn(plan.deadline, plan) - seen }
}

/** The sentence of a whole verdict, from those of its metrics. */
export function reason(state: SequentialState, decision: Decision, metrics: readonly MetricVerdict[]): string {
  const { plan, failed, passed, stuck, seen } = state
  const time = duration((decision === 'pass' ? (passed?.after ?? seen) : seen) * plan.interval)
  const gating = metrics.filter((_, at) => plan.metrics[at]?.gate)
  const open = gating.filter(({ verdict }) => verdict !== 'pass')
  const slowest = open.reduce<MetricVerdict | undefined>(
    (most, one) =>
      most && (most.needed?.intervals ?? Number.POSITIVE_INFINITY) >= (one.needed?.intervals ?? Number.POSITIVE_INFINITY) ? most : one,
    undefined,
  )
  switch (decision) {
    case 'fail':
      return failed?.because ?? metrics.find(({ name }) => name === failed?.by.metric)?.because ?? ''
    case 'pass':
      return gating.length === 1 && gating[0]
        ? `${gating[0].because} Passed after ${time}.`
        : `All ${gating.length} gating metrics are surely within their margins after ${time}.`
    case 'inconclusive':
      if (stuck !== undefined) return stuck
      return `Undecided after ${time}, the deadline: neither harm nor harmlessness is certain. ${slowest?.because ?? ''}`.trim()
    case 'continue':
      if (slowest) return slowest.because
      return gating.length === 0
        ? 'No metric gates: nothing can pass, harm is still looked for.'
        : `Every gate has passed; waiting for the bake time, ${time} so far.`
  }
}

/** Nothing but finite numbers leaves the judge. */
function plain({ has, needs }: { has: number; needs: number }): Evidence {
  return { has: Number.isFinite(has) ? has : null, needs }
}
