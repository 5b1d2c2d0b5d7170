import type { Forecast, ReleaseForecast } from '@serin/analysis'
import type { Look } from '../io.ts'
import { paint, wrap } from './paint.ts'
import { table } from './table.ts'
import { span } from './time.ts'

/** The forecast for a person: what to expect in sentences, what bodes ill marked, then a row a metric. */
export function forecastView(look: Look, forecast: ReleaseForecast, learned: readonly string[]): string[] {
  const { sentences, warnings, metrics, simulated } = forecast
  const rows = metrics.map(({ name, pass, smallest, found = [] }) => {
    const usual = smallest.find(({ share }) => share === 0.8)
    const worse = (times: number) => found.find((one) => one.times === times)?.fail
    return [name, when(pass), usual ? size(usual, look) : 'none', when(worse(2)), when(worse(5))]
  })
  const times = look.unicode ? '×' : 'x'
  return [
    ...sentences.flatMap((sentence) => {
      const wrapped = wrap(sentence, look.columns)
      return warnings.some(({ because }) => sentence.startsWith(because)) ? wrapped.map((line) => paint(look, 'held', line)) : wrapped
    }),
    '',
    ...table(look, ['METRIC', 'PASSES AFTER', 'FINDS FROM', `${times}2 AFTER`, `${times}5 AFTER`], rows),
    '',
    ...learned.flatMap((sentence) => wrap(sentence, look.columns)),
    paint(look, 'dim', `Simulated: ${simulated.healthy} healthy releases, ${simulated.worse} of each worse one; seed ${simulated.seed}.`),
  ]
}

function when(forecast: Forecast | undefined): string {
  if (!forecast) return ''
  const { share, median, p90 } = forecast
  if (median === undefined) return share === 0 ? 'never' : `in ${Math.round(100 * share)} %`
  return `${span(median * 1000)}${p90 === undefined ? '' : ` (90 %: ${span(p90 * 1000)})`}`
}

function size({ times, rate }: { times?: number; rate?: number }, look: Look): string {
  if (times !== undefined) return `${look.unicode ? '×' : 'x'}${times}`
  return rate === undefined ? '' : `${Number((rate * 100).toPrecision(2))} %`
}
