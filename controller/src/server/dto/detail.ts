import { z } from 'zod'
import { Tally, Time } from './fields.ts'
import { Release, RunResult, ShortVersion } from './release.ts'

const Action = z.enum(['promote', 'promoteFull', 'pause', 'resume', 'abort', 'retry', 'approve', 'reject', 'undo', 'restart'])

/** A button: whether it makes sense now, whether the person may, and what it would do. */
export const Offer = z
  .object({
    action: Action.meta({ description: 'What to ask for; also the RBAC verb that it needs.' }),
    possible: z.boolean().meta({ description: 'Whether it makes sense now.' }),
    allowed: z.boolean().meta({ description: 'Whether the person may.' }),
    because: z.string().optional().meta({ description: 'Why not: what is missing and who can give it, or why it makes no sense now.' }),
    effect: z.string().meta({ description: 'What will happen, in a sentence.' }),
    run: z.int().optional().meta({ description: 'What to aim the command at: refused if another run is under way by then.' }),
    step: z.int().optional().meta({ description: 'What to aim the command at: refused if it is at another step by then.' }),
    revision: z
      .string()
      .optional()
      .meta({ description: 'What to aim the command at: refused if another version is being released by then.' }),
    versions: z
      .array(ShortVersion.extend({ promotedAt: Time.optional() }))
      .optional()
      .meta({ description: 'undo: versions to go back to, the newest first.' }),
  })
  .meta({ id: 'Offer', description: 'An action, and whether and how it can be taken.' })

export const StepView = z.object({
  index: z.int().meta({ description: 'Counted from 0.' }),
  kind: z.string().meta({ description: 'Its key, e.g. weight.' }),
  text: z.string().meta({ description: 'What it does, in a few words, e.g. "20 % of the traffic".' }),
  weight: z.int().optional().meta({ description: 'The share that it sets, in percent.' }),
  state: z.enum(['done', 'now', 'next', 'skipped']).meta({ description: 'How far it is.' }),
  since: Time.optional().meta({ description: 'Since when it is being taken.' }),
})

export const Arm = z.object({
  arm: z.enum(['canary', 'baseline', 'stable', 'kept']).meta({ description: 'Its part in the run.' }),
  version: ShortVersion.meta({ description: 'What it runs.' }),
  set: z.string().optional().meta({ description: 'Name of its ReplicaSet.' }),
  share: z.int().optional().meta({ description: 'Its share of the traffic in percent.' }),
  replicas: z.int().optional().meta({ description: 'Pods wanted.' }),
  available: z.int().optional().meta({ description: 'Pods available.' }),
})

export const AnalysisSummary = z.object({
  name: z.string().meta({ description: 'Name of the AnalysisRun.' }),
  run: z.int().optional().meta({ description: 'Of which run.' }),
  stage: z.string().meta({ description: 'Beside the whole run, for a step, before or after the switch; or by hand.' }),
  step: z.int().optional().meta({ description: 'For which step, counted from 0.' }),
  phase: z.string().meta({ description: 'How far it is.' }),
  verdict: z.string().optional().meta({ description: "The judges' word so far." }),
  message: z.string().meta({ description: 'Its state in a sentence.' }),
  startedAt: Time.optional().meta({ description: 'When it began.' }),
  endedAt: Time.optional().meta({ description: 'When it ended.' }),
})

export const HistoryItem = z.object({
  id: z.int().meta({ description: 'Number of the run.' }),
  from: ShortVersion.meta({ description: 'The version that served.' }),
  to: ShortVersion.meta({ description: 'The version that was released.' }),
  result: RunResult.meta({ description: 'How it ended.' }),
  because: z.string().meta({ description: 'Why.' }),
  by: z.string().optional().meta({ description: 'Who asked for it.' }),
  analysis: z.string().optional().meta({ description: 'Name of the AnalysisRun that it was judged by.' }),
  startedAt: Time.meta({ description: 'When it began.' }),
  endedAt: Time.meta({ description: 'When it ended.' }),
})

/** Everything of one release but what is asked for apart: pods, events, commands, evidence. */
export const ReleaseDetail = Release.extend({
  trigger: z.string().optional().meta({ description: 'What began the run: Template, Retry or Undo.' }),
  outcome: z
    .object({ result: RunResult, because: z.string(), by: z.string().optional() })
    .optional()
    .meta({ description: 'How the run is going to end.' }),
  next: z
    .object({
      good: z.string().optional().meta({ description: 'What happens if all goes well.' }),
      bad: z.string().optional().meta({ description: 'What happens on evidence of harm.' }),
      silent: z.string().optional().meta({ description: 'What happens if there is no data.' }),
    })
    .optional()
    .meta({ description: 'What the run will do next.' }),
  steps: z.array(StepView).meta({ description: 'Of the run, or of the next one.' }),
  arms: z.array(Arm).meta({ description: 'Versions with pods.' }),
  routes: z
    .array(z.object({ kind: z.string(), name: z.string() }))
    .meta({ description: 'What carries the weights; empty: pods in proportion.' }),
  shifts: z
    .array(z.object({ at: Time, weight: z.int() }))
    .optional()
    .meta({ description: "Of the run: when the new version's share of the traffic changed, confirmed, and to what percent." }),
  service: z.string().optional().meta({ description: 'The Service in front of it.' }),
  conditions: z
    .array(z.object({ type: z.string(), status: z.string(), reason: z.string(), message: z.string(), since: Time }))
    .meta({ description: 'As kstatus means them.' }),
  refused: z.object({ because: z.string(), result: RunResult }).optional().meta({ description: 'The held template that was rolled back.' }),
  keptUntil: Time.optional().meta({ description: 'Until when the previous version stays warm.' }),
  discarded: z.array(z.string()).meta({ description: 'Edits of held rules that the admission policy discarded.' }),
  analyses: z.array(AnalysisSummary).meta({ description: 'The newest first.' }),
  history: z.array(HistoryItem).meta({ description: 'Runs that ended, the newest first.' }),
  offers: z.array(Offer).meta({ description: 'Actions.' }),
  labels: z.array(Tally.omit({ count: true }).extend({ key: z.string() })).meta({ description: 'Labels of the Rollout.' }),
}).meta({ id: 'ReleaseDetail', description: 'One release, whole.' })

export const PodView = z.object({
  name: z.string().meta({ description: 'Its name.' }),
  arm: z.enum(['canary', 'baseline', 'stable', 'kept', 'other']).meta({ description: 'Whose it is.' }),
  phase: z.string().meta({ description: 'Phase, or why a container waits, e.g. CrashLoopBackOff.' }),
  ready: z.boolean().meta({ description: 'Whether it may get traffic.' }),
  restarts: z.int().meta({ description: 'Of its containers.' }),
  node: z.string().optional().meta({ description: 'Where it runs.' }),
  startedAt: Time.optional().meta({ description: 'When it was made.' }),
  message: z.string().optional().meta({ description: 'Why it is not ready.' }),
})
export const PodsView = z.object({ items: z.array(PodView) }).meta({ id: 'Pods', description: 'The pods of a release.' })

export const EventView = z.object({
  type: z.enum(['Normal', 'Warning']).meta({ description: 'Whether it is bad.' }),
  reason: z.string().meta({ description: 'In one word.' }),
  note: z.string().meta({ description: 'In a sentence.' }),
  about: z.object({ kind: z.string(), name: z.string() }).meta({ description: 'What it is about.' }),
  count: z.int().meta({ description: 'How often.' }),
  at: Time.meta({ description: 'The last time.' }),
})
export const EventsView = z.object({ items: z.array(EventView) }).meta({ id: 'Events', description: 'What happened, the newest first.' })

export const CommandView = z
  .object({
    name: z.string().meta({ description: 'Name of the RolloutCommand.' }),
    action: Action.meta({ description: 'What was asked for.' }),
    by: z.string().optional().meta({ description: 'Who asked, as the API server stamped it; absent: unverified.' }),
    run: z.int().optional().meta({ description: 'At which run it was aimed.' }),
    step: z.int().optional().meta({ description: 'At which step it was aimed.' }),
    reason: z.string().optional().meta({ description: 'Why.' }),
    requestId: z.string().optional().meta({ description: 'The request of this server that made it.' }),
    phase: z.enum(['Pending', 'Done', 'Refused']).meta({ description: 'Whether it was acted on.' }),
    message: z.string().meta({ description: 'What was done, or why not.' }),
    askedAt: Time.meta({ description: 'When it was asked.' }),
    answeredAt: Time.optional().meta({ description: 'When it was answered.' }),
  })
  .meta({ id: 'Command', description: 'Who asked for what, and what became of it.' })
export const CommandsView = z.object({ items: z.array(CommandView) }).meta({ id: 'Commands', description: 'The newest first.' })

export const CommandRequest = z
  .strictObject({
    action: Action.meta({ description: 'What to do.' }),
    run: z.int().optional().meta({ description: 'Refused unless this run is under way.' }),
    step: z.int().optional().meta({ description: 'Refused unless the run is at this step.' }),
    revision: z
      .string()
      .max(63)
      .optional()
      .meta({ description: 'Refused unless this version is being released; for undo: the version to go back to.' }),
    reason: z.string().max(1000).optional().meta({ description: 'Why; kept in the audit trail.' }),
  })
  .meta({ id: 'CommandRequest', description: 'What to ask of a release.' })

export type Action = z.output<typeof Action>
export type Offer = z.output<typeof Offer>
export type StepView = z.output<typeof StepView>
export type Arm = z.output<typeof Arm>
export type AnalysisSummary = z.output<typeof AnalysisSummary>
export type HistoryItem = z.output<typeof HistoryItem>
export type ReleaseDetail = z.output<typeof ReleaseDetail>
export type PodView = z.output<typeof PodView>
export type EventView = z.output<typeof EventView>
export type CommandView = z.output<typeof CommandView>
export type CommandRequest = z.output<typeof CommandRequest>
