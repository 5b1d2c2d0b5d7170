import {
  type Backtest,
  backtest,
  CalibrationError,
  calibrate,
  type Forecast,
  type JudgePlan,
  PlannerError,
  planInSteps,
  sequentialJudge,
  TableError,
  thresholdJudge,
  withHistory,
} from '@serin/analysis'
import { milliseconds } from '../../api/fields.ts'
import { type RolloutSpec, rampOf } from '../../api/rollout.ts'
import { span } from '../../cli/render/time.ts'
import type { PartRecord, RunRecord } from '../../evidence/record.ts'
import { stepsOf } from '../../rollout/steps/planned.ts'
import type { Try } from '../dto/measuring.ts'

/** Simulated releases: fewer than of `serin plan`, for somebody waits for the answer. */
const runs = 50
/** What is simulated costs with the number of intervals: of a long history the newest so many. */
const mostIntervals = 240

type Terms = Pick<JudgePlan, 'bake' | 'deadline' | 'ramp'> & { weight: number }

/** How a release of this Rollout is judged. */
function termsOf(spec: RolloutSpec | undefined): Terms {
  const use = spec?.analysis
  const weights = spec ? stepsOf(spec).flatMap(({ weight }) => (weight !== undefined && weight > 0 && weight < 100 ? [weight] : [])) : []
  const ramp = spec && !spec.canary?.steps && !spec.blueGreen ? rampOf(spec) : undefined
  const rising = ramp?.weights.filter((weight) => weight > 0) ?? []
  const deadline = milliseconds(use?.deadline ?? '1h') / 1000
  return {
    bake: Math.min(milliseconds(use?.bake ?? '5m') / 1000, deadline),
    deadline,
    weight: Math.min(50, ...(weights.length > 0 ? [Math.max(...weights)] : [10])),
    ...(rising.length > 0 && ramp ? { ramp: { weights: rising, budget: Number(ramp.budget.slice(0, -1)) / 100, beta: 0.2 } } : {}),
  }
}

/** How long a release would take by the traffic that a try has seen, and what would have been said of times in which nothing changed. */
export function* foresightOf({ parts }: RunRecord, spec: RolloutSpec | undefined): Generator<void, Pick<Try, 'plan' | 'backtest'>> {
  const terms = termsOf(spec)
  const deciding = parts.filter(({ once, intervals }) => !once && intervals.length > 0)
  const plan: Try['plan'] = []
  for (const part of deciding) plan.push(...(yield* planOf(part, terms)))
  const tested: NonNullable<Try['backtest']>[] = []
  for (const part of deciding) {
    yield
    const said = backtestOf(part, terms)
    if (said) tested.push(said)
  }
  const found = tested.reduce<Try['backtest']>(
    (sum, one) =>
      sum === undefined
        ? one
        : {
            runs: Math.max(sum.runs, one.runs),
            falseAlarms: Math.min(Math.max(sum.runs, one.runs), sum.falseAlarms + one.falseAlarms),
            inconclusive: Math.max(sum.inconclusive, one.inconclusive),
            text: `${sum.text} ${one.text}`,
          },
    undefined,
  )
  return { plan, ...(found ? { backtest: found } : {}) }
}

/** A plan as for a release of that Rollout, with what the history says of noise. */
function planned(part: PartRecord & { judge: 'sequential' }, { bake, deadline, ramp }: Terms): JudgePlan {
  const { ramp: _, ...plan } = part.plan
  const bare = { ...plan, bake, deadline, ...(ramp ? { ramp } : {}) }
  return withHistory(bare, calibrate([part.intervals], bare.metrics))
}

function* planOf(part: PartRecord, terms: Terms): Generator<void, Try['plan']> {
  if (part.judge !== 'sequential') return []
  try {
    const history = [part.intervals.slice(-mostIntervals)]
    const { metrics, warnings } = yield* planInSteps({ plan: planned(part, terms), history, weight: terms.weight, runs })
    const bad = warnings.map(({ because }) => because)
    return metrics.map(({ name, pass, found = [] }) => {
      const remark = bad.filter((because) => because.includes(name) || metrics.length === 1).join(' ')
      const toPass = lengthOf(pass)
      return {
        metric: name,
        ...(toPass === undefined ? {} : { toPass }),
        detects: found.flatMap(({ times, fail }) => {
          const after = lengthOf(fail)
          return after === undefined ? [] : [{ ratio: times, after }]
        }),
        ...(remark === '' ? {} : { remark }),
      }
    })
  } catch (error) {
    if (!isUnusable(error)) throw error
    const remark = 'Too little was measured to say how long it would take.'
    return part.plan.metrics.map(({ name }) => ({ metric: name, detects: [], remark }))
  }
}

function lengthOf({ median }: Forecast): string | undefined {
  return median === undefined ? undefined : span(median * 1000)
}

function backtestOf(part: PartRecord, terms: Terms): NonNullable<Try['backtest']> | undefined {
  const covered = ((part.intervals.at(-1)?.interval ?? 0) * part.step) / 1000
  // A shorter look back is one release, judged for as long as there is.
  const deadline = Math.min(terms.deadline, covered)
  const draws = [part.intervals]
  const interval = part.step / 1000
  const found = testedOn(part, terms, { draws, deadline, interval })
  return found && { runs: found.releases, falseAlarms: found.alarms.length, inconclusive: found.undecided, text: found.sentences.join(' ') }
}

function testedOn(
  part: PartRecord,
  terms: Terms,
  of: Pick<Parameters<typeof backtest>[0], 'draws' | 'deadline' | 'interval'>,
): Backtest | undefined {
  try {
    if (part.judge === 'threshold') return backtest({ judge: thresholdJudge, plan: part.plan, ...of })
    if (part.judge !== 'sequential') return undefined
    const { ramp: _, ...plan } = planned(part, terms)
    return backtest({ judge: sequentialJudge, plan: { ...plan, deadline: of.deadline, bake: Math.min(plan.bake, of.deadline) }, ...of })
  } catch (error) {
    if (isUnusable(error)) return undefined
    throw error
  }
}

/** What judges and the planner cannot use they say by an error: then there is nothing to show. */
const isUnusable = (error: unknown): boolean =>
  [TableError, PlannerError, CalibrationError, RangeError].some((kind) => error instanceof kind)
