import { milliseconds } from '../../api/fields.ts'
import type { Instant } from '../../clock.ts'
import type { AnalysisSeen } from '../analyses/read.ts'
import type { Look } from '../io.ts'
import { indented } from './indented.ts'
import { metricRows, problemText } from './metricRows.ts'
import { paint } from './paint.ts'
import { age, at, instant, span } from './time.ts'
import { plural, wordTone } from './words.ts'

/** An AnalysisRun for a person: where it is, what it says, what keeps it from measuring, then its metrics, each with its sentence. */
export function analysisView(look: Look, seen: AnalysisSeen, now: Instant): string[] {
  const { metadata, status } = seen
  const phase = status?.phase ?? 'Pending'
  const field = (title: string, text: string) => indented(look, title, text)
  const rows = metricRows(look, status?.metrics ?? [])
  const said = status?.message ?? ''
  const sentences = (status?.metrics ?? []).filter(
    ({ because, verdict }) => because !== verdict && !said.includes(because.replace(/\.$/, '')),
  )
  return [
    ...field('Analysis', `${paint(look, 'bold', `${metadata.namespace}/${metadata.name}`)}  ${paint(look, wordTone(phase), phase)}`),
    ...field('Judged', judgedWords(seen, now)),
    ...field('Says', status?.message ?? 'the controller has not looked at it yet'),
    ...rampLines(look, seen),
    ...(status?.problems ?? []).flatMap((problem) =>
      field('Problem', `${paint(look, 'bad', problemText(problem))} (since ${age(problem.since, now)})`),
    ),
    ...(rows.length > 0 ? ['', ...rows] : []),
    ...(sentences.length > 0
      ? [
          '',
          ...sentences.flatMap(({ name, because }) =>
            indented(look, '', because.startsWith(`${name}:`) ? because : `${name}: ${because}`, 2),
          ),
        ]
      : []),
  ]
}

/** `12 intervals of 30s, through 12:06:00 UTC; the next is over in 14s`. */
export function judgedWords({ spec, status }: AnalysisSeen, now: Instant): string {
  const { intervals = 0, startedAt, through, endedAt, phase } = status ?? {}
  const start = instant(startedAt)
  const until = instant(through)
  const done = `${plural(intervals, 'interval')} of ${spec.interval}${intervals > 0 && until !== undefined ? `, through ${at(until, now)}` : ''}`
  if (phase !== 'Running') {
    const end = instant(endedAt)
    return end === undefined ? done : `${done}; it ended ${span(now - end)} ago`
  }
  const next = start === undefined ? undefined : start + (intervals + 1) * milliseconds(spec.interval)
  if (next === undefined) return done
  return next > now ? `${done}; the next is over in ${span(next - now)}` : `${done}; the data of the next are on their way`
}

function rampLines(look: Look, { status }: AnalysisSeen): string[] {
  if (!status?.ramp || status.ramp.length === 0) return []
  return indented(look, 'Weights', status.ramp.map(({ weight, passed }) => `${weight} % ${passed ? 'may be left' : 'not yet'}`).join(', '))
}
