import type { RolloutStatus, Run } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import type { KubeObject } from '../../kube/types.ts'
import { refusalOf } from '../../rollout/history.ts'
import { waitsForPeople } from '../../rollout/steps/registry.ts'
import { nativeUndo } from '../../rollout/stuck.ts'
import type { Look } from '../io.ts'
import { isHeld, presentTemplate, type Snapshot, templateWrittenAt } from '../read.ts'
import { analysisInRun, analysisOver, recordOf } from './explainAnalysis.ts'
import { paint, wrap } from './paint.ts'
import { stepTitles } from './steps.ts'
import { age, at, instant, span } from './time.ts'
import { waitingSentence } from './waiting.ts'
import { lastEntry, moves, named, triggered } from './words.ts'

/** Why a Rollout is where it is. Plain sentences; `next` are commands as they can be typed. */
export interface Explanation {
  known: string[]
  waiting: string[]
  next: { command: string; does: string }[]
}

/** `flags` go behind every serin command, e.g. ` -n shop`. */
export function explain(snapshot: Snapshot, now: Instant, flags: string): Explanation {
  const { rollout, workload } = snapshot
  const { status, metadata, spec } = rollout
  const serin = (verb: string, rest = '') => `serin ${verb} ${metadata.name}${rest}${flags}`
  if (!status) return unseen(metadata.name)
  if (!workload)
    return {
      known: [`There is no ${spec.workload.kind} ${spec.workload.name} in namespace ${metadata.namespace}.`],
      waiting: [`It waits for that ${spec.workload.kind} to be made.`],
      next: [{ command: `kubectl get ${spec.workload.kind.toLowerCase()}s -n ${metadata.namespace}`, does: 'shows what is there' }],
    }
  const late =
    (status.observedGeneration ?? 0) < (metadata.generation ?? 0)
      ? ['The controller has not seen the last change of this Rollout yet.']
      : []
  if (status.run) return underWay(status.run, spec.paused, snapshot, now, late, serin)
  return atRest(status, snapshot, now, late, serin)
}

/** The lease is where the charts and guides put it; its holder renews it every second. */
const alive: Explanation['next'][number] = {
  command: "kubectl get lease serin -n serin-system -o jsonpath='{.spec.renewTime}'",
  does: 'shows whether the controller runs: it renews this every second',
}

const breakGlass = (serin: Serin): Explanation['next'][number] => ({
  command: serin('release', ' --reason "..."'),
  does: 'break-glass: rolls the template out without steps, past Serin',
})

type Serin = (verb: string, rest?: string) => string

function unseen(name: string): Explanation {
  return {
    known: [`The controller has not looked at ${name} yet: it has no status.`],
    waiting: ['It waits for the controller.'],
    next: [alive],
  }
}

function underWay(run: Run, specPaused: boolean, snapshot: Snapshot, now: Instant, late: string[], serin: Serin): Explanation {
  const { rollout, workload, analysis } = snapshot
  const told = analysis && analysisInRun(analysis, run.waiting?.for ?? '', now)
  const known = [
    `Run ${run.id} releases ${named(run.to)} over ${named(run.from)}; it was started ${age(run.startedAt, now)} ago by ${triggered(run.trigger)}, and ${moves(run.mode)}.`,
    stageSentence(run, now),
    ...late,
    ...(told?.known ?? []),
  ]
  const isNewer = workload !== undefined && presentTemplate(workload) !== run.to.template
  if (isNewer)
    known.push(
      `${rollout.spec.workload.kind} ${rollout.spec.workload.name} asks for another template by now: the controller will start a run for that one.`,
    )
  const waiting: string[] = []
  if (run.waiting) waiting.push(`It waits ${waitingSentence(run.waiting, now)}.`)
  if (run.waiting?.stuck !== undefined) waiting.push(`It is stuck: ${run.waiting.stuck}.`)
  if (run.paused) waiting.push(`It is paused: ${run.paused.by || 'someone'} asked for that ${age(run.paused.since, now)} ago.`)
  if (specPaused) waiting.push('spec.paused is true: no run takes a step.')
  if (waiting.length === 0) waiting.push('It waits for nothing: the next step is about to be taken.')
  return {
    known,
    waiting,
    next: [
      ...nextInRun(run, specPaused, rollout, serin),
      ...(run.stage === 'RollingBack' && (isNewer || run.waiting?.stuck !== undefined) ? [breakGlass(serin)] : []),
      ...(told?.next ?? []),
      ...(analysis ? [recordOf(serin)] : []),
    ],
  }
}

function stageSentence(run: Run, now: Instant): string {
  const { actual, wanted, confirmedAt } = run.weight
  const carries = `The new version carries ${actual} % of the traffic${confirmedAt && wanted === actual ? `, confirmed ${age(confirmedAt, now)} ago` : ''}${wanted === actual ? '' : `, ${wanted} % are wanted`}.`
  switch (run.stage) {
    case 'Starting':
      return `It is being prepared, since ${age(run.stageSince, now)}. ${carries}`
    case 'Stepping': {
      if (!run.step) return carries
      const title = stepTitles(run)?.[run.step.index] ?? run.step.kind
      return `It is at step ${run.step.index + 1} of ${run.steps}, "${title}", since ${age(run.step.since, now)}. ${carries}`
    }
    case 'Promoting':
      return `All steps are taken; it is being promoted, since ${age(run.stageSince, now)}. ${carries}`
    case 'RollingBack':
      return `It is being rolled back, since ${age(run.stageSince, now)}${run.outcome ? `, because: ${run.outcome.because}` : ''}. ${carries}`
  }
}

function nextInRun(run: Run, specPaused: boolean, { metadata, spec }: Snapshot['rollout'], serin: Serin): Explanation['next'] {
  const watch = { command: serin('get', ' -w'), does: 'watches it' }
  if (run.stage === 'Promoting' && run.waiting?.stuck !== undefined)
    return [{ command: nativeUndo(spec.workload, metadata.namespace), does: 'goes back to the version before' }, watch]
  if (run.stage === 'RollingBack' || run.outcome) return [watch]
  const next: Explanation['next'] = []
  if (specPaused) next.push(unpause(metadata))
  if (run.paused) next.push({ command: serin('resume'), does: 'goes on from here' })
  if (run.step?.kind === 'approve') {
    next.push(
      { command: serin('approve'), does: 'approves this step' },
      { command: serin('reject'), does: 'refuses it: the run is rolled back' },
    )
  } else if (!run.paused && !specPaused && run.stage === 'Stepping' && run.step && waitsForPeople.includes(run.step.kind)) {
    const does = run.step.kind === 'pause' ? 'ends this pause now and takes the next step' : 'goes on without the evidence that is missing'
    next.push({ command: serin('promote'), does })
  } else if (run.stage === 'Promoting' && run.analysis?.stage === 'After' && !run.fast)
    next.push({ command: serin('promote'), does: 'hands over without what is measured after the switch' })
  if (run.stage === 'Stepping' || run.stage === 'Starting')
    next.push({ command: serin('promote', ' --full'), does: 'leaves out all steps that are left' })
  if (!run.paused && run.stage === 'Stepping') next.push({ command: serin('pause'), does: 'stops here until resumed' })
  next.push({ command: serin('abort'), does: 'takes the traffic back to stable and ends the run' }, watch)
  return next
}

function unpause({ name, namespace }: { name: string; namespace: string }): Explanation['next'][number] {
  return {
    command: `kubectl patch rollouts.serin.dev ${name} -n ${namespace} --type merge -p '{"spec":{"paused":false}}'`,
    does: 'lets runs go on',
  }
}

function atRest(status: RolloutStatus, { rollout, workload, analysis }: Snapshot, now: Instant, late: string[], serin: Serin): Explanation {
  const known = [...late]
  const last = lastEntry(status)
  const judged =
    analysis && last?.analysis === analysis.metadata.name
      ? { said: analysisOver(analysis, last), next: [recordOf(serin, last.id)] }
      : undefined
  if (status.stable) known.push(`Stable is ${named(status.stable)}, since ${age(status.stable.since, now)}. No run is under way.`)
  const present = workload ? presentTemplate(workload) : undefined
  const { kind, name } = rollout.spec.workload
  const troubles = status.conditions
    .filter(({ type, status: is, reason }) => type === 'Stalled' && is === 'True' && reason !== 'RolledBack')
    .map(({ reason, message }) => `${reason}: ${message}`)
  const because = present === undefined || present === status.stable?.template ? undefined : refusalOf(status, present)
  if (because !== undefined) {
    const tried = status.history.find(({ to }) => to.template === present)
    const ended = tried ? ` Run ${tried.id} ended ${age(tried.endedAt, now)} ago.` : ''
    known.push(`The template that ${kind} ${name} asks for gets no traffic, because: ${because}.${ended}`)
    if (workload && isHeld(workload)) known.push('It stays held; the stable pods serve all the traffic.')
    known.push(...(judged?.said ?? []))
    return {
      known,
      waiting: ['It waits for a new template, or for somebody to ask for another try.'],
      next: [
        { command: serin('retry'), does: 'starts a new run of the same template' },
        { command: serin('undo'), does: "writes stable's template back" },
        breakGlass(serin),
        ...(judged?.next ?? []),
      ],
    }
  }
  if (present !== undefined && status.stable && status.stable.template !== present) {
    // A controller that had seen this template would not say that all is well.
    const unseen = troubles.length === 0 && status.phase === 'Healthy'
    known.push(
      `${kind} ${name} asks for a template that is not stable's, and no run of it has begun.`,
      ...unique(troubles.length > 0 ? troubles : [unseen && workload ? unseenSentence(workload, now) : status.message]),
    )
    const waits =
      troubles.length > 0 ? 'It waits for that to be put right.' : 'It waits for the controller to begin: a moment, when all is well.'
    const next = [{ command: serin('get', ' -w'), does: 'watches it' }, alive]
    return rollout.spec.paused
      ? { known, waiting: ['spec.paused is true: no run begins.'], next: [unpause(rollout.metadata), ...next] }
      : { known, waiting: [waits], next }
  }
  known.push(...unique(troubles.length > 0 ? troubles : status.phase === 'Healthy' ? [] : [status.message]), ...(judged?.said ?? []))
  const next: Explanation['next'] = []
  const until = instant(status.kept?.until)
  if (status.kept && until !== undefined && until > now) {
    known.push(`The version before, ${named(status.kept.version)}, is kept warm until ${at(until, now)} (${span(until - now)} more).`)
    next.push({ command: serin('undo'), does: 'goes back to it without starting a pod' })
  } else if (status.history.length > 0) next.push({ command: serin('undo'), does: 'goes back to the version before' })
  const well = status.phase === 'Healthy'
  const waits = well ? 'nothing but a changed template' : troubles.length > 0 ? 'that to be put right' : 'that to be over'
  return { known, waiting: [`It waits for ${waits}.`], next: [...next, ...(judged?.next ?? [])] }
}

function unseenSentence(workload: KubeObject, now: Instant): string {
  const since = age(templateWrittenAt(workload), now)
  const held = isHeld(workload)
    ? `The change is held${since && ` since ${since}`}, the stable pods serve`
    : 'The change is not held: the native rolling update takes it'
  return `${held}, and no controller has looked at it yet.`
}

function unique(texts: string[]): string[] {
  return [...new Set(texts.filter((text) => text !== '').map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)))]
}

/** The explanation as paragraphs, and the commands in two columns. */
export function explanationView(look: Look, { known, waiting, next }: Explanation): string[] {
  const lines = [...known, ...waiting.map((sentence) => paint(look, 'bold', sentence))].flatMap((sentence) => wrap(sentence, look.columns))
  if (next.length === 0) return lines
  const longest = Math.max(...next.map(({ command }) => command.length).filter((length) => length <= 48), 0)
  return [...lines, '', 'What you can do:', ...next.map(({ command, does }) => `  ${command.padEnd(longest)}  ${paint(look, 'dim', does)}`)]
}
