import { RolloutSpec } from '../../api/rollout.ts'
import { RolloutStatus, type Version } from '../../api/rolloutStatus.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { Release, ShortVersion } from '../dto/release.ts'

/** A Rollout as people see it in a list. */
export function releaseOf(object: KubeObject, { teamLabel }: { teamLabel: string; now?: number }): Release {
  const { name, namespace = '', uid = '', resourceVersion = '', labels, creationTimestamp = '' } = object.metadata
  const spec = RolloutSpec.safeParse(object.spec).data
  const status = RolloutStatus.safeParse(object.status).data
  const { kind = 'Deployment', name: workload = '' } = spec?.workload ?? {}
  const team = labels?.[teamLabel]
  const run = status?.run
  const last = status?.history[0]
  return {
    namespace,
    name,
    uid,
    version: resourceVersion,
    workload: { kind, name: workload },
    strategy: spec?.blueGreen ? 'blueGreen' : 'canary',
    ...(team ? { team } : {}),
    phase: status?.phase ?? 'Unknown',
    message: status?.message ?? 'no controller looked at it yet',
    ...(status?.stable ? { stable: versionOf(status.stable) } : {}),
    ...(run
      ? {
          run: {
            id: run.id,
            startedAt: run.startedAt,
            stage: run.stage,
            ...(run.step ? { step: run.step } : {}),
            steps: run.steps,
            weight: { wanted: run.weight.wanted, actual: run.weight.actual },
            from: versionOf(run.from),
            to: versionOf(run.to),
            ...(run.waiting ? { waiting: run.waiting } : {}),
            ...(run.paused ? { paused: run.paused } : {}),
            ...(run.analysis ? { analysis: run.analysis } : {}),
          },
        }
      : {}),
    ...(last ? { last: { id: last.id, result: last.result, because: last.because, endedAt: last.endedAt } } : {}),
    since: run?.stageSince ?? last?.endedAt ?? creationTimestamp,
  }
}

/** A version without what only the controller needs. */
export function versionOf({ hash, revision, images }: Version): ShortVersion {
  return { hash, ...(revision === undefined ? {} : { revision }), images }
}
