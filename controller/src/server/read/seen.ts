import type { z } from 'zod'
import { AnalysisRunSpec, AnalysisRunStatus } from '../../api/analysisRun.ts'
import { apiVersion, RolloutSpec } from '../../api/rollout.ts'
import { RolloutStatus } from '../../api/rolloutStatus.ts'
import type { KubeClient, KubeObject, ObjectMeta } from '../../kube/types.ts'
import type { Named } from '../dto/fields.ts'
import { Refusal } from '../problems.ts'

/** An object of ours as the routes see it: checked and with its defaults; `object` is what the API server gave. */
export interface Seen<Spec, Status> {
  metadata: ObjectMeta & { namespace: string; uid: string }
  spec: Spec
  status?: Status
  object: KubeObject
}

export type RolloutSeen = Seen<RolloutSpec, RolloutStatus>
export type AnalysisSeen = Seen<AnalysisRunSpec, AnalysisRunStatus>

/** A Rollout; throws a Refusal for one of a shape that this version does not know. */
export const seenRollout = (object: KubeObject): RolloutSeen => seen(object, RolloutSpec, RolloutStatus)
/** The same of an AnalysisRun. */
export const seenAnalysis = (object: KubeObject): AnalysisSeen => seen(object, AnalysisRunSpec, AnalysisRunStatus)

function seen<Spec, Status>(object: KubeObject, spec: z.ZodType<Spec>, status: z.ZodType<Status>): Seen<Spec, Status> {
  const { namespace = '', uid = '' } = object.metadata
  // One that no controller looked at yet has an empty status, or none.
  const looked = (object.status as { phase?: unknown } | undefined)?.phase !== undefined
  return {
    metadata: { ...object.metadata, namespace, uid },
    spec: checked(object, 'spec', spec),
    ...(looked ? { status: checked(object, 'status', status) } : {}),
    object,
  }
}

/** A part of an object by its schema; throws a Refusal that says which field is not as it should be. */
export function checked<T>(object: KubeObject, part: 'spec' | 'status', schema: z.ZodType<T>): T {
  const read = schema.safeParse(object[part])
  if (read.success) return read.data
  const [issue] = read.error.issues
  const where = [part, ...(issue?.path ?? [])].map(String).join('.')
  throw new Refusal(
    'SERIN-502-SHAPE',
    `${object.kind} ${object.metadata.namespace ? `${object.metadata.namespace}/` : ''}${object.metadata.name}: ${where}: ${issue?.message ?? ''}. Its kind in the cluster is of another version than this server: bring both to the same one.`,
  )
}

/** Reads one object; none of that name is a Refusal. */
export async function mustGet(
  client: KubeClient,
  kind: string,
  { namespace, name }: Partial<Named> & { name: string },
): Promise<KubeObject> {
  const found = await client.get({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) })
  if (found) return found
  throw new Refusal('SERIN-404-OBJECT', `There is no ${kind} ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}.`)
}

export const readRollout = async (client: KubeClient, named: Named): Promise<RolloutSeen> =>
  seenRollout(await mustGet(client, 'Rollout', named))

/** AnalysisRuns of a Rollout, the newest first. One that cannot be understood is left out: it must not hide the others. */
export async function readAnalyses(client: KubeClient, { namespace, name }: Named): Promise<AnalysisSeen[]> {
  const found = await client.list({ apiVersion, kind: 'AnalysisRun' }, { namespace, labelSelector: `serin.dev/rollout=${name}` })
  const known = found.flatMap((object) => {
    try {
      return [seenAnalysis(object)]
    } catch (error) {
      if (error instanceof Refusal) return []
      throw error
    }
  })
  const key = ({ metadata, status }: AnalysisSeen) =>
    `${status?.startedAt ?? metadata.creationTimestamp ?? ''} ${metadata.creationTimestamp ?? ''}`
  return known.filter(({ spec }) => spec.for?.rollout === name).sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0))
}
