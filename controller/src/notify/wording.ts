import type { NotificationSpec } from '../api/notification.ts'
import type { NotifierSpec } from '../api/notifier.ts'
import type { NotifyEvent, TemplateName } from '../api/notifyWords.ts'

/** What is told, as a target needs it. */
export interface Told {
  readonly spec: NotificationSpec
  readonly namespace: string
}

/** How bad it is: what colours and priorities are made of. */
export type Tone = 'good' | 'info' | 'ask' | 'bad'

/** How a target writes text that must not mean anything to it. */
export type Escape = (text: string) => string

const tones: Readonly<Record<NotifyEvent, Tone>> = {
  RunStarted: 'info',
  WaitingForApproval: 'ask',
  Paused: 'ask',
  Promoted: 'good',
  RolledBack: 'bad',
  Aborted: 'bad',
  Superseded: 'info',
  Degraded: 'bad',
  SourceDown: 'bad',
  Recovered: 'good',
}

const happened: Readonly<Record<NotifyEvent, string>> = {
  RunStarted: 'is being released',
  WaitingForApproval: 'waits for approval',
  Paused: 'is paused',
  Promoted: 'was promoted',
  RolledBack: 'was rolled back',
  Aborted: 'was aborted',
  Superseded: 'gave way to a newer version',
  Degraded: 'has a problem',
  SourceDown: 'does not answer',
  Recovered: 'is well again',
}

export const toneOf = ({ spec }: Told): Tone => tones[spec.event]

/** "shop/checkout was rolled back". */
export function headlineOf({ spec, namespace }: Told): string {
  return `${spec.of.kind === 'MetricSource' ? 'source ' : ''}${namespace}/${spec.of.name} ${happened[spec.event]}`
}

/** One line: the template's, or ours. Line breaks in values do not begin a second one. */
export function titleOf(told: Told, notifier: NotifierSpec, safe: Escape = plain): string {
  const { title } = notifier.template ?? {}
  const line = title === undefined ? safe(headlineOf(told)) : filled(title, told, notifier, safe)
  return oneLine(line).trim()
}

/** What follows it: the template's, or ours: from what to what, why, by whom. */
export function textOf(told: Told, notifier: NotifierSpec, safe: Escape = plain): string {
  const { text } = notifier.template ?? {}
  if (text !== undefined) return filled(text, told, notifier, safe)
  const { from, to, because, by, run, step } = told.spec
  const versions = to.length === 0 ? '' : `${from.join(', ')} → ${to.join(', ')}`
  const place = run === undefined ? '' : `run ${run}${step === undefined ? '' : `, step ${step}`}`
  const lines = [because, versions, [place, by === undefined ? '' : `by ${by}`].filter(Boolean).join(', ')]
  return lines
    .filter(Boolean)
    .map((line) => safe(oneLine(line)))
    .join('\n')
}

/** Where the dashboard shows it: a run that is over by its report. Undefined: nobody said where that is. */
export function linkOf({ spec, namespace }: Told, { link }: NotifierSpec): string | undefined {
  if (link === undefined) return undefined
  const base = link.replace(/\/+$/, '')
  if (spec.of.kind === 'MetricSource') return `${base}/sources`
  const run = reported.includes(spec.event) && spec.run !== undefined ? ['runs', String(spec.run)] : []
  return [base, 'releases', ...[namespace, spec.of.name, ...run].map(encodeURIComponent)].join('/')
}

const reported: readonly NotifyEvent[] = ['Promoted', 'RolledBack', 'Aborted', 'Superseded']

/** Put where a target shows no more than so many characters. */
export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** What somebody wrote into an object neither begins a line of its own nor turns the direction of what stands beside it. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
}

const plain: Escape = (text) => text

function filled(template: string, told: Told, notifier: NotifierSpec, safe: Escape): string {
  const values = valuesOf(told, notifier)
  return template.replace(/\{\{ ?(\w+) ?\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? safe(oneLine(values[name as TemplateName])) : whole,
  )
}

function valuesOf(told: Told, notifier: NotifierSpec): Record<TemplateName, string> {
  const { spec, namespace } = told
  return {
    event: spec.event,
    name: spec.of.name,
    namespace,
    kind: spec.of.kind,
    workload: spec.of.workload ?? '',
    run: spec.run === undefined ? '' : String(spec.run),
    from: spec.from.join(', '),
    to: spec.to.join(', '),
    step: spec.step ?? '',
    because: spec.because,
    by: spec.by ?? '',
    at: spec.at,
    link: linkOf(told, notifier) ?? '',
  }
}
