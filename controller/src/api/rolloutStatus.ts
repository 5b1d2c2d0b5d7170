import { z } from 'zod'
import { AnalysisPhase, AnalysisStage, Decision } from './analysisWords.ts'
import { AnyObject, AnyValue, Sentence, Timestamp } from './fields.ts'

/** A version of the workload, as its ReplicaSet shows it. */
export const Version = z.object({
  hash: z.string().max(63).meta({ description: "The value of its pods' label pod-template-hash." }),
  template: z.string().max(63).meta({ description: "Serin's own hash of the pod template; equal templates have equal hashes." }),
  set: z.string().max(253).meta({ description: 'Name of its ReplicaSet.' }),
  revision: z.int().optional().meta({ description: 'The revision that the workload counts it as.' }),
  images: z.array(z.string().max(1024)).max(50).default([]).meta({ description: 'The images of its containers.' }),
})

/** Why it is not moving. */
export const Waiting = z.object({
  for: Sentence.meta({ description: 'What it waits for, e.g. "2 of 4 canary pods to become available".' }),
  because: Sentence.meta({ description: 'Why it waits for that.' }),
  since: Timestamp.meta({ description: 'Since when.' }),
  until: Timestamp.optional().meta({ description: 'When the waiting ends by itself.' }),
  stuck: Sentence.optional().meta({
    description: 'Why it will hardly end without a person, and the commands that end it; absent while it may.',
  }),
})

const result = z.enum(['Promoted', 'RolledBack', 'Superseded', 'Aborted'])

const RequestId = z.string().max(64).optional().meta({ description: 'The request to the dashboard by which it was asked for.' })

const MostAvailable = z
  .int()
  .optional()
  .meta({ description: 'Pods that were available at once, of as many wanted; absent while no fewer are.' })
const progressMeans =
  'Since when pods that are missing are waited for: when as many as never before became available, when some of all of them were lost, or when the wanted number changed. It lies ahead while pods that came back have not yet been there for as long as they were missing.'

export const Run = z.object({
  id: z.int().meta({ description: 'Number of the run, counted from 1 for this Rollout.' }),
  startedAt: Timestamp.meta({ description: 'When it began.' }),
  trigger: z.enum(['Template', 'Retry', 'Undo']).meta({ description: 'What began it: a changed template, or a command.' }),
  from: Version.meta({ description: 'The version that was stable.' }),
  to: Version.meta({ description: 'The version being released.' }),
  mode: z
    .enum(['Routes', 'Switch', 'Pods'])
    .meta({ description: "What moves the traffic: routes by weight, the Service's pin, or the number of pods." }),
  reuse: z.boolean().default(false).meta({ description: 'Its ReplicaSet was already in the history and is used again.' }),
  fast: z.boolean().default(false).meta({ description: 'Steps are left out: the version was promoted before.' }),
  spec: AnyObject.meta({ description: "The Rollout's spec as it was when the run began; the run follows this one." }),
  originals: z
    .object({
      routes: z
        .array(
          z.object({
            apiVersion: z.string().meta({ description: 'Of the route.' }),
            kind: z.string().meta({ description: 'Of the route.' }),
            name: z.string().meta({ description: 'Of the route.' }),
            original: AnyValue.meta({ description: 'The part of it that the run changes, as it was.', anyObject: true }),
          }),
        )
        .max(16)
        .default([])
        .meta({ description: 'What the routes said before the run.' }),
    })
    .prefault({})
    .meta({ description: 'What is put back at the end.' }),
  stage: z.enum(['Starting', 'Stepping', 'Promoting', 'RollingBack']).meta({ description: 'How far it is.' }),
  stageSince: Timestamp.meta({ description: 'Since when.' }),
  step: z
    .object({
      index: z.int().meta({ description: 'Which step.' }),
      kind: z.string().meta({ description: 'Its key, e.g. weight.' }),
      since: Timestamp.meta({ description: 'Since when.' }),
    })
    .optional()
    .meta({ description: 'The step being taken, counted from 0.' }),
  steps: z.int().default(0).meta({ description: 'How many steps the run has.' }),
  progress: z.string().max(20).optional().meta({ description: 'The step being taken, counted from 1, of how many: "2/4".' }),
  weight: z
    .object({
      wanted: z.int().min(0).max(100).meta({ description: 'Percent that the routes were told.' }),
      actual: z.int().min(0).max(100).meta({
        description:
          'Percent that the data plane confirmed, less what somebody took from the routes since; without routes, that follows from the available pods.',
      }),
      since: Timestamp.optional().meta({ description: 'When the routes were told.' }),
      primed: z
        .boolean()
        .optional()
        .meta({ description: 'The routes name the new version with weight 0: before it gets traffic, and again at the end.' }),
      restored: z.boolean().optional().meta({ description: 'The routes have their own rules back.' }),
      confirmedAt: Timestamp.optional().meta({ description: 'When the data plane confirmed it, or somebody took from it.' }),
    })
    .prefault({ wanted: 0, actual: 0 })
    .meta({ description: 'The share of the traffic that the new version has.' }),
  size: z
    .object({
      replicas: z.int().optional().meta({ description: 'This many pods.' }),
      percent: z.int().optional().meta({ description: 'This percentage of the pods of stable.' }),
    })
    .optional()
    .meta({ description: 'Canary size set by a scale step; absent: by weight.' }),
  canary: z
    .object({
      replicas: z.int().meta({ description: 'Pods wanted.' }),
      available: z.int().meta({ description: 'Pods available.' }),
      most: MostAvailable,
      progressAt: Timestamp.meta({ description: progressMeans }),
    })
    .optional()
    .meta({ description: 'The pods of the new version.' }),
  shifts: z
    .array(
      z.object({
        weight: z.int().min(0).max(100).meta({ description: 'Percent from here on.' }),
        at: Timestamp.meta({ description: 'When it was confirmed.' }),
      }),
    )
    .max(100)
    .default([])
    .meta({ description: "When the traffic's share of the new version changed, confirmed." }),
  baseline: z
    .object({
      set: z.string().max(253).meta({ description: 'Name of their ReplicaSet.' }),
      hash: z.string().max(63).meta({ description: 'The value of their label pod-template-hash.' }),
      replicas: z.int().meta({ description: 'Pods wanted.' }),
      available: z.int().meta({ description: 'Pods available.' }),
      most: MostAvailable,
      progressAt: Timestamp.optional().meta({ description: `${progressMeans} Absent before the first pod.` }),
    })
    .optional()
    .meta({ description: 'The fresh pods of the old version, that the canary is compared with.' }),
  analysis: z
    .object({
      name: z.string().max(253).meta({ description: 'Name of its AnalysisRun.' }),
      stage: AnalysisStage.meta({ description: 'Beside the whole run, for one of its steps, before or after the switch.' }),
      phase: AnalysisPhase.meta({ description: 'How far it is.' }),
      verdict: Decision.optional().meta({ description: "The judges' word so far." }),
      message: Sentence.meta({ description: 'Its state in one sentence.' }),
    })
    .optional()
    .meta({ description: 'The analysis of the run.' }),
  paused: z
    .object({
      since: Timestamp.meta({ description: 'Since when.' }),
      by: z.string().meta({ description: 'Who asked for it.' }),
      requestId: RequestId,
    })
    .optional()
    .meta({ description: 'Somebody stopped the run where it is.' }),
  discarded: z
    .array(Sentence)
    .max(20)
    .default([])
    .meta({ description: 'Edits of held rules that the admission policy discarded, and by whom.' }),
  waiting: Waiting.optional().meta({ description: 'Why it is not moving.' }),
  outcome: z
    .object({
      result: result.meta({ description: 'What it will be.' }),
      because: Sentence.meta({ description: 'Why.' }),
      by: z.string().optional().meta({ description: 'Who asked for it.' }),
      requestId: RequestId,
      released: z.boolean().optional().meta({ description: 'Somebody let the workload go by hand.' }),
    })
    .optional()
    .meta({ description: 'How the run is going to end.' }),
})

export const HistoryEntry = z.object({
  id: z.int().meta({ description: 'Number of the run, counted from 1 for this Rollout.' }),
  from: Version.meta({ description: 'The version that was stable.' }),
  to: Version.meta({ description: 'The version being released.' }),
  result: result.meta({ description: 'How it ended.' }),
  because: Sentence.meta({ description: 'Why.' }),
  by: z.string().optional().meta({ description: 'Who asked for it.' }),
  requestId: RequestId,
  analysis: z.string().max(253).optional().meta({ description: 'Name of the AnalysisRun that it was judged by.' }),
  startedAt: Timestamp.meta({ description: 'When it began.' }),
  endedAt: Timestamp.meta({ description: 'When it ended.' }),
})

export const Condition = z.object({
  type: z.string().max(316).meta({ description: 'Ready, Reconciling or Stalled, as kstatus means them.' }),
  status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'Whether it is so.' }),
  reason: z.string().max(1024).meta({ description: 'Why, in one word for machines.' }),
  message: z.string().max(32768).meta({ description: 'Why, in a sentence.' }),
  lastTransitionTime: Timestamp.meta({ description: 'When the status last changed.' }),
  observedGeneration: z.int().optional().meta({ description: 'The generation of the Rollout that this is about.' }),
})

export const RolloutStatus = z.object({
  observedGeneration: z.int().optional().meta({ description: 'The generation of the Rollout that this is about.' }),
  phase: z.enum(['Healthy', 'Progressing', 'Paused', 'Degraded']).meta({ description: 'The state in one word.' }),
  message: Sentence.meta({ description: 'The state in one sentence.' }),
  conditions: z
    .array(Condition)
    .max(16)
    .default([])
    .meta({ description: 'For kubectl wait and everything that understands kstatus.', listType: 'map', listKeys: ['type'] }),
  stable: Version.extend({
    since: Timestamp.meta({ description: 'Since when.' }),
    workload: z.string().max(63).optional().meta({ description: 'UID of the workload that it is a version of.' }),
  })
    .optional()
    .meta({ description: 'The version that serves when no run is under way.' }),
  run: Run.optional().meta({ description: 'The run under way; absent between runs.' }),
  kept: z
    .object({
      version: Version.meta({ description: 'The version kept.' }),
      until: Timestamp.meta({ description: 'Until when it stays.' }),
      from: z.int().meta({ description: 'The run that left it.' }),
      routed: z.boolean().meta({ description: 'Whether routes carried its traffic.' }),
    })
    .optional()
    .meta({ description: 'The previous version, still warm: an undo needs no new pod.' }),
  refused: z
    .object({
      template: z.string().meta({ description: 'Hash of the template.' }),
      because: Sentence.meta({ description: 'Why it was refused.' }),
      result: result.meta({ description: 'How its run ended.' }),
    })
    .optional()
    .meta({ description: 'The held template that was rolled back; it gets no traffic again without a command.' }),
  history: z.array(HistoryEntry).max(100).default([]).meta({ description: 'Runs that ended, newest first; at most spec.historyLimit.' }),
  lastRun: z.int().default(0).meta({ description: 'Number of the newest run; 0 before the first.' }),
  answers: z
    .array(
      z.object({
        uid: z.string().meta({ description: 'Of the RolloutCommand.' }),
        name: z.string().meta({ description: 'Of the RolloutCommand.' }),
        phase: z.enum(['Done', 'Refused']).meta({ description: 'The answer.' }),
        message: Sentence.meta({ description: 'What was done, or why not.' }),
      }),
    )
    .max(100)
    .default([])
    .meta({ description: 'Commands already acted on whose answer is on its way.' }),
})

export type Version = z.output<typeof Version>
export type Waiting = z.output<typeof Waiting>
export type Run = z.output<typeof Run>
export type HistoryEntry = z.output<typeof HistoryEntry>
export type Condition = z.output<typeof Condition>
export type RolloutStatus = z.output<typeof RolloutStatus>
