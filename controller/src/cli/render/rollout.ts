import type { RolloutStatus, Run } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import type { Look } from '../io.ts'
import type { Snapshot } from '../read.ts'
import { judgedWords } from './analysis.ts'
import { bar } from './bar.ts'
import { indented } from './indented.ts'
import { metricRows, problemText } from './metricRows.ts'
import { clip, paint } from './paint.ts'
import { stepMarks } from './steps.ts'
import { age, at, instant } from './time.ts'
import { tree } from './tree.ts'
import { waitingSentence } from './waiting.ts'
import { images, moves, named, phaseTone, triggered, wordTone } from './words.ts'

/** What `serin get` shows of a Rollout: a head that says where it is and why, then the tree of its objects. */
export function rolloutView(look: Look, snapshot: Snapshot, now: Instant): string[] {
  return [...head(look, snapshot, now), ...analysisLines(look, snapshot, now), '', ...tree(look, snapshot, now)].map((line) =>
    clip(look, line),
  )
}

function head(look: Look, { rollout, workload }: Snapshot, now: Instant): string[] {
  const { metadata, spec, status } = rollout
  const phase = status?.phase ?? 'Unknown'
  const field = (title: string, value: string): string[] => indented(look, title, value)
  const lines = [
    ...field('Rollout', `${paint(look, 'bold', `${metadata.namespace}/${metadata.name}`)}  ${paint(look, phaseTone(phase), phase)}`),
    ...field(
      'Workload',
      `${spec.workload.kind} ${spec.workload.name}${workload ? '' : paint(look, 'bad', ' (there is none of that name)')}`,
    ),
  ]
  if (!status) return [...lines, ...field('Message', 'the controller has not looked at it yet')]
  // The message of a run is made of what follows in more words.
  if (status.run) return [...lines, ...runLines(look, status.run, now)]
  if (status.message !== '') lines.push(...field('Message', status.message))
  lines.push(...conditionLines(look, status))
  if (status.stable) lines.push(...field('Stable', `${named(status.stable)}, since ${age(status.stable.since, now)}`))
  if (status.kept) {
    const until = instant(status.kept.until)
    lines.push(...field('Kept', `${named(status.kept.version)}${until === undefined ? '' : `, warm until ${at(until, now)}`}`))
  }
  return lines
}

function runLines(look: Look, run: Run, now: Instant): string[] {
  const { wanted, actual } = run.weight
  const started = `started ${age(run.startedAt, now)} ago by ${triggered(run.trigger)}; ${moves(run.mode)}`
  const fresh = run.baseline ? Math.min(actual, 100 - actual) : 0
  const arrow = look.unicode ? '→' : '->'
  const lines = [
    ...indented(look, 'Run', `${run.id}, ${named(run.from)} ${arrow} ${named(run.to)}, ${started}`),
    ...indented(
      look,
      'Weight',
      `${bar(look, actual)} ${actual} % ${run.mode === 'Switch' ? 'new' : 'canary'}, ${fresh > 0 ? `${fresh} % fresh baseline, ` : ''}${100 - actual - fresh} % stable${wanted === actual ? '' : paint(look, 'held', `, ${wanted} % wanted`)}`,
    ),
  ]
  const marks = stepMarks(look, run)
  if (marks.length > 0) lines.push(...indented(look, 'Steps', marks.map((mark) => mark.replaceAll(' ', '\u00a0')).join('  ')))
  if (run.outcome) lines.push(...indented(look, 'Outcome', `${run.outcome.result}: ${run.outcome.because}`))
  if (run.paused) lines.push(...indented(look, 'Paused', `by ${run.paused.by || 'someone'}, ${age(run.paused.since, now)} ago`))
  if (run.waiting) lines.push(...indented(look, 'Waiting', waitingSentence(run.waiting, now)))
  return lines
}

/** The analysis of the run under way, or of the newest one that ended. */
function analysisLines(look: Look, { rollout, analysis }: Snapshot, now: Instant): string[] {
  if (!analysis) return []
  const { metadata, status } = analysis
  const phase = status?.phase ?? 'Pending'
  const field = (title: string, text: string) => indented(look, title, text)
  const head = field('Analysis', `${metadata.name}  ${paint(look, wordTone(phase), phase)}, ${judgedWords(analysis, now)}`)
  // Of a run that is over only the word: the rest is on record.
  if (!rollout.status?.run) return head
  const problems = (status?.problems ?? []).flatMap((problem) => field('Problem', paint(look, 'bad', problemText(problem))))
  const rows = metricRows({ ...look, columns: (look.columns > 40 ? look.columns : 80) - 11 }, status?.metrics ?? [])
  return [...head, ...problems, ...rows.map((row) => `${' '.repeat(11)}${row}`)]
}

/** Conditions that say something is wrong and that the message does not say already. */
function conditionLines(look: Look, status: RolloutStatus): string[] {
  return status.conditions
    .filter(
      ({ type, status: is, message }) =>
        ((type === 'Ready' && is === 'False') || (type === 'Stalled' && is === 'True')) && message !== status.message,
    )
    .filter(({ message }, index, all) => all.findIndex((other) => other.message === message) === index && message !== '')
    .flatMap(({ type, reason, message }) => indented(look, type === 'Ready' ? 'Not ready' : 'Stalled', `${reason}: ${message}`))
}

/** Images of the stable version, for lists. */
export function stableImages(status: RolloutStatus | undefined): string {
  return status?.stable ? images(status.stable) : ''
}
