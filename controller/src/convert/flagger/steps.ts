import { mostSteps, type RolloutSpecInput } from '../../api/rollout.ts'
import { durationText } from '../durations.ts'
import type { Reading } from '../reading.ts'
import type { Hooks } from './hooks.ts'
import type { Target } from './target.ts'

type Step = NonNullable<NonNullable<RolloutSpecInput['canary']>['steps']>[number]

export interface Weights {
  readonly weights: readonly number[]
  readonly reading: Reading
}

/** Weights as Flagger takes them: by steps of stepWeight until maxWeight is reached (it may be passed), or those of stepWeights. */
export function weightsOf(analysis: Reading): Weights {
  const listed = analysis
    .at('stepWeights')
    .items()
    .flatMap((one) => one.count() ?? [])
    .filter((weight) => weight >= 1 && weight <= 100)
  const [most = 100, step] = [analysis.at('maxWeight').count(), analysis.at('stepWeight').count()]
  if (listed.length > 0) return { weights: listed, reading: analysis.at('stepWeights') }
  if (step === undefined || step === 0) {
    analysis.say({
      severity: 'todo',
      what: 'there are no weights: neither stepWeight, stepWeights nor iterations',
      doInstead: 'write canary.steps',
    })
    return { weights: [Math.max(1, Math.min(most, 100))], reading: analysis }
  }
  const weights: number[] = []
  for (let weight = step; weights.length < 100; weight += step) {
    weights.push(Math.min(weight, 100))
    if (weight >= most || weight >= 100) break
  }
  return { weights, reading: analysis.at('stepWeight') }
}

/** A weight and its wait, again and again, with pauses where a gate stood. Of weights too many for a Rollout some are left out; the time stays. */
export function stepsOf(
  { weights, reading }: Weights,
  { gates }: Hooks,
  { interval }: Target,
  before: string | undefined,
): { steps: Step[] } {
  const manual: Step = { pause: {} }
  const head: Step[] = [
    ...(gates.has('start') ? [manual] : []),
    ...(before === undefined ? [] : [{ analyze: { templates: [{ name: before }] } }]),
  ]
  const each = gates.has('increase') ? 3 : 2
  const tail = gates.has('promotion') || gates.has('increase') ? [manual] : []
  const room = Math.floor((mostSteps - head.length - tail.length) / each)
  const every = Math.ceil(weights.length / room)
  const kept = weights.filter((_, index) => (weights.length - 1 - index) % every === 0)
  if (every > 1)
    reading.say({
      severity: 'changed',
      what: `of ${weights.length} weights ${kept.length} are kept, each held ${every} times as long: a Rollout has at most ${mostSteps} steps`,
      doInstead: '',
    })
  const steps = kept.flatMap((weight): Step[] => [
    ...(gates.has('increase') ? [manual] : []),
    { weight },
    { pause: { for: durationText(interval * every) } },
  ])
  return { steps: [...head, ...steps, ...tail] }
}
