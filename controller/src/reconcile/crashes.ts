import type { Run } from '../api/rolloutStatus.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { mostRestarts } from '../rollout/crashes.ts'
import type { Crashes } from '../rollout/observed.ts'
import { hashLabel, type WorkloadView } from '../workload/view.ts'

interface ContainerStatus {
  restartCount?: number
  lastState?: { terminated?: { exitCode?: number; reason?: string; finishedAt?: string } }
  state?: { terminated?: { exitCode?: number; reason?: string; finishedAt?: string }; waiting?: { reason?: string } }
}

/** Looks at the pods themselves, past every cache, and only while pods of the new version are missing that should have traffic, and there is a way back. */
export async function crashesOf(
  client: KubeClient,
  namespace: string,
  run: Run | undefined,
  view: WorkloadView | undefined,
): Promise<Crashes | undefined> {
  const set = view?.sets.find(({ name }) => name === run?.to.set)
  if (!run || !set || run.weight.wanted === 0 || set.available >= set.wanted) return undefined
  if ((run.stage !== 'Stepping' && run.stage !== 'Promoting') || set.owner === 'workload') return undefined
  const pods = (hash: string) => client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: `${hashLabel}=${hash}` })
  const canary = (await pods(run.to.hash)).filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.uid))
  const restarts = canary.flatMap(containersOf).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)
  if (restarts < mostRestarts) return { restarts, last: '', both: false }
  const stable = await pods(run.from.hash)
  const ended = stable.filter((pod) => containersOf(pod).some((container) => (endOf(container)?.finishedAt ?? '') > run.startedAt))
  return { restarts, last: lastOf(canary), both: ended.length * 2 > stable.length }
}

export function containersOf(pod: KubeObject): ContainerStatus[] {
  return ((pod.status ?? {}) as { containerStatuses?: ContainerStatus[] }).containerStatuses ?? []
}

const endOf = ({ state, lastState }: ContainerStatus) => state?.terminated ?? lastState?.terminated

/** How a container of theirs ended last: "exit code 3", "OOMKilled". */
export function lastOf(pods: readonly KubeObject[]): string {
  const ends = pods.flatMap(containersOf).flatMap((container) => endOf(container) ?? [])
  const last = ends.toSorted((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? 1 : -1))[0]
  if (!last) return 'for a reason that is not known'
  return last.reason && last.reason !== 'Error' ? last.reason : `exit code ${last.exitCode}`
}
