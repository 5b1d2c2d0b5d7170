import type { NotifierSpec } from '../api/notifier.ts'
import { type Escape, headlineOf, linkOf, oneLine, short, type Told, type Tone, textOf, titleOf, toneOf } from './wording.ts'

/** A message for people: one thing told, or many in short. */
export interface Words {
  readonly title: string
  readonly text: string
  readonly link: string | undefined
  readonly tone: Tone
}

const worst: readonly Tone[] = ['bad', 'ask', 'info', 'good']

/** What a chat shows. With `more`, a line for each, so that a storm of releases is one message and not a hundred. */
export function wordsOf(told: Told, more: readonly Told[], notifier: NotifierSpec, safe: Escape): Words {
  const all = [told, ...more]
  const tone = worst.find((one) => all.some((each) => toneOf(each) === one)) ?? 'info'
  if (more.length === 0)
    return { title: titleOf(told, notifier, safe), text: textOf(told, notifier, safe), link: linkOf(told, notifier), tone }
  const title = safe(`${all.length} pieces of news: ${counts(all)}`)
  const lines = all.map((each) => `• ${notifier.template?.title === undefined ? safe(lineOf(each)) : titleOf(each, notifier, safe)}`)
  return { title, text: lines.join('\n'), link: notifier.link, tone }
}

function lineOf(told: Told): string {
  const { run, because } = told.spec
  const why = short(because, 120)
  return `${headlineOf(told)}${run === undefined ? '' : ` (run ${run})`}${why === '' ? '' : `: ${oneLine(why)}`}`
}

/** "3 RolledBack, 2 Promoted", the most frequent first. */
function counts(all: readonly Told[]): string {
  const found = new Map<string, number>()
  for (const { spec } of all) found.set(spec.event, (found.get(spec.event) ?? 0) + 1)
  return [...found]
    .sort(([, a], [, b]) => b - a)
    .map(([event, count]) => `${count} ${event}`)
    .join(', ')
}
