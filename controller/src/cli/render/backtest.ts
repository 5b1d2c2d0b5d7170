import type { Backtest } from '@serin/analysis'
import type { Look } from '../io.ts'
import { paint, wrap } from './paint.ts'

/** More alarms than that tell nothing new. */
const mostAlarms = 10

/** The sentences, then the false alarms one by one. */
export function backtestView(look: Look, { sentences, alarms, releases, alarmsAtMost }: Backtest): string[] {
  const [first = '', ...more] = sentences
  const tone = releases === 0 ? 'held' : alarms.length === 0 ? 'good' : 'bad'
  const shown = alarms.slice(0, mostAlarms).map(({ from, at, because }) => `  release from interval ${from}, alarm at ${at}: ${because}`)
  return [
    ...wrap(first, look.columns).map((line) => paint(look, tone, line)),
    ...more.flatMap((sentence) => wrap(sentence, look.columns)),
    ...(releases > 0 ? [`With 95 % confidence at most ${Number((alarmsAtMost * 100).toPrecision(2))} % of such releases raise one.`] : []),
    ...shown,
    ...(alarms.length > mostAlarms ? [`  and ${alarms.length - mostAlarms} more`] : []),
  ]
}
