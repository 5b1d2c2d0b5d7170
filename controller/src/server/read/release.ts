import { z } from 'zod'
import { iso } from '../../api/fields.ts'
import { RolloutSpec } from '../../api/rollout.ts'
import { RolloutStatus, type Run, type Version } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { LastRun, Release, RunSummary, ShortVersion } from '../dto/release.ts'
import { attentionOf, type Call } from './attention.ts'

export interface ReleaseOptions {
  /** The label whose value is the team of a Rollout. */
  teamLabel: string
  /** Absent: what only the passing of time tells, that it is stuck, is left out. */
  now?: Instant
}

/** What of a spec everybody needs; the rest of it may be of another version. */
const Known = z.object({
  workload: z.object({ kind: z.string().default('Deployment'), name: z.string() }).default({ kind: 'Deployment', name: '' }),
  blueGreen: z.unknown().optional(),
  paused: RolloutSpec.shape.paused,
  progressDeadline: RolloutSpec.shape.progressDeadline,
})
const unknownSpec = Known.parse({})

/** A Rollout as people see it in a list. Takes any object that has a name and a namespace, whatever its spec and status are. */
export function releaseOf(object: KubeObject, options: ReleaseOptions): Release {
  const { release, later } = releaseAndLater(object, options)
  return later && options.now !== undefined && later.at <= options.now ? { ...release, attention: later.attention } : release
}

/** The same as it is now, and what will need somebody from some instant on, if nothing happens. */
export function releaseAndLater(object: KubeObject, { teamLabel }: ReleaseOptions): { release: Release; later?: Call['later'] } {
  const { name, namespace = '', uid = '', resourceVersion = '', labels, creationTimestamp = iso(0) } = object.metadata
  const spec = Known.safeParse(object.spec).data ?? unknownSpec
  const team = teamOf({ labels }, teamLabel)
  const head = {
    namespace,
    name,
    uid,
    version: resourceVersion,
    workload: { kind: spec.workload.kind, name: spec.workload.name },
    strategy: spec.blueGreen === undefined || spec.blueGreen === null ? ('canary' as const) : ('blueGreen' as const),
    ...(team === undefined ? {} : { team }),
  }
  if (object.status === undefined || object.status === null) {
    const message = 'no controller looked at it yet: is Serin running, and does it look after this namespace?'
    return { release: { ...head, phase: 'Unknown', message, since: creationTimestamp } }
  }
  const read = RolloutStatus.safeParse(object.status)
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') ?? ''
    const message = `its status cannot be read here (status${where && `.${where}`}): the controller is of another version than this server`
    return { release: { ...head, phase: 'Unknown', message, since: creationTimestamp } }
  }
  const status = read.data
  const { now: attention, later } = attentionOf(status, spec)
  const last = status.history[0]
  const release: Release = {
    ...head,
    phase: status.phase,
    message: status.message,
    ...(attention ? { attention } : {}),
    ...(status.stable ? { stable: versionOf(status.stable) } : {}),
    ...(status.run ? { run: runOf(status.run) } : {}),
    ...(last ? { last: lastOf(last) } : {}),
    since: sinceOf(status, creationTimestamp),
  }
  return { release, ...(later ? { later } : {}) }
}

/** The team of a Rollout; an empty label names none. */
export function teamOf({ labels }: Pick<KubeObject['metadata'], 'labels'>, teamLabel: string): string | undefined {
  const team = labels?.[teamLabel]
  return team === undefined || team === '' ? undefined : String(team)
}

/** A version without what only the controller needs. */
export function versionOf({ hash, revision, images }: Version): ShortVersion {
  return { hash, ...(revision === undefined ? {} : { revision }), images }
}

function runOf(run: Run): RunSummary {
  const { id, startedAt, stage, step, steps, weight, from, to, waiting, paused, analysis } = run
  return {
    id,
    startedAt,
    stage,
    ...(step ? { step } : {}),
    steps,
    weight: { wanted: weight.wanted, actual: weight.actual },
    from: versionOf(from),
    to: versionOf(to),
    ...(waiting ? { waiting } : {}),
    ...(paused ? { paused } : {}),
    ...(analysis ? { analysis: analysisOf(analysis) } : {}),
  }
}

function analysisOf({ name, phase, verdict, message }: NonNullable<Run['analysis']>): RunSummary['analysis'] {
  return { name, phase, ...(verdict === undefined ? {} : { verdict }), message }
}

function lastOf({ id, result, because, by, endedAt }: RolloutStatus['history'][number]): LastRun {
  return { id, result, because, ...(by === undefined ? {} : { by }), endedAt }
}

/** A run: since it is where it is. At rest: since the last run ended, or since it became as it is. */
function sinceOf({ run, history, conditions, stable }: RolloutStatus, created: string): string {
  if (run) return run.paused?.since ?? run.step?.since ?? run.stageSince
  const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime
  const known = [history[0]?.endedAt, ready].flatMap((at) => at ?? [])
  return known.toSorted().at(-1) ?? stable?.since ?? created
}
