import type { JudgePlan } from '../plan.ts'
import type { MetricForecast, ReleaseForecast } from '../planner.ts'
import { duration, grouped } from '../words.ts'
import type { Warning } from './warnings.ts'

/** The forecast for people: first the release, then each metric, then what bodes ill. */
export function sentencesOf(
  plan: JudgePlan,
  { traffic, pass, ramp, metrics }: Omit<ReleaseForecast, 'sentences' | 'warnings'>,
  warnings: readonly Warning[],
): string[] {
  const rate = traffic ? `At ${grouped(traffic.canary)} canary requests a minute` : 'At the traffic of the history'
  const sentences: string[] = []
  if (pass.median !== undefined) {
    const within =
      pass.p90 === undefined ? ` (${Math.round(100 * pass.share)} % before the deadline)` : ` (90 % within ${duration(pass.p90)})`
    sentences.push(`${rate}${ramp ? ' at the last step' : ''} this passes in about ${duration(pass.median)}${within}.`)
  } else if (pass.share > 0)
    sentences.push(
      `${rate} this passes in ${Math.round(100 * pass.share)} % of healthy releases before the deadline of ${duration(plan.deadline)}.`,
    )
  const left = ramp?.filter(({ left: { median } }) => median !== undefined) ?? []
  if (left.length > 0)
    sentences.push(`The ramp leaves ${left.map(({ weight, left: { median = 0 } }) => `${weight} % after ${duration(median)}`).join(', ')}.`)
  for (const metric of metrics) sentences.push(...findings(metric, plan))
  for (const { because, remedies } of warnings)
    sentences.push(remedies.length === 0 ? because : `${because} What would help: ${remedies.map(({ text }) => text).join('; or ')}.`)
  return sentences
}

function findings({ name, form, found, smallest }: MetricForecast, plan: JudgePlan): string[] {
  const direction = plan.metrics.find((metric) => metric.name === name)?.direction
  const [usually, surely] = [smallest.find(({ share }) => share === 0.8), smallest.find(({ share }) => share === 0.99)]
  const size = ({ times, rate }: { times?: number; rate?: number }) => (times === undefined ? `${percent(rate ?? 0)}` : `x${times}`)
  const within = `within ${duration(plan.deadline)}`
  if (!usually) return form && found ? [`No harm of ${name} up to x100 would be found ${within}.`] : []
  const what = usually.rate !== undefined ? 'rate' : direction === 'decrease' ? 'decrease' : 'increase'
  const almost = !surely
    ? ' in four of five cases'
    : size(surely) === size(usually)
      ? ', 99 times of 100'
      : ` in four of five cases, ${size(surely)} in 99 of 100`
  const sentences = [`The smallest ${what} of ${name} it finds ${within} is ${size(usually)}${almost}.`]
  const told = (found ?? []).flatMap(({ times, fail: { median } }) =>
    median === undefined ? [] : [`x${times} in about ${duration(median)}`],
  )
  if (told.length > 0) sentences.push(`It finds ${name} ${told.join(', ')}.`)
  return sentences
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}
