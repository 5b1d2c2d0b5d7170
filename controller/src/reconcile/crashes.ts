import type { Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { mostRestarts } from '../rollout/crashes.ts'
import type { Crashes } from '../rollout/observed.ts'
import { hashLabel, type SetView, type WorkloadView } from '../workload/view.ts'

interface ContainerEnd {
  exitCode?: number
  reason?: string
  finishedAt?: string
}

interface ContainerStatus {
  restartCount?: number
  lastState?: { terminated?: ContainerEnd }
  state?: { terminated?: ContainerEnd; waiting?: { reason?: string } }
}

/** Pods that are just being added are missing for no longer than this, and nobody looks at them. */
const startsWithinMs = 5_000

/** Looks at the pods themselves, past every cache, and only while pods of the new version are missing that should have traffic, and there is a way back. */
export async function crashesOf(
  client: KubeClient,
  namespace: string,
  { run, view, now }: { run: Run | undefined; view: WorkloadView | undefined; now: Instant },
): Promise<Crashes | undefined> {
  const set = view?.sets.find(({ name }) => name === run?.to.set)
  if (!run || !set || run.weight.wanted === 0 || set.available >= set.wanted || grows(run.canary, set, now)) return undefined
  if ((run.stage !== 'Stepping' && run.stage !== 'Promoting') || set.owner === 'workload') return undefined
  const canary = (await podsOf(client, namespace, run.to.hash)).filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === set.uid),
  )
  const restarts = canary.flatMap(containersOf).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)
  if (restarts < mostRestarts) return { restarts, last: '', both: false }
  const stable = await podsOf(client, namespace, run.from.hash)
  const ended = stable.filter((pod) => containersOf(pod).some((container) => (endOf(container)?.finishedAt ?? '') > run.startedAt))
  return { restarts, last: lastOf(canary), both: ended.length * 2 > stable.length }
}

/** None is missing that was there. */
const grows = (known: Run['canary'], { available }: SetView, now: Instant): boolean =>
  known !== undefined && available >= Math.max(known.available, known.most ?? 0) && now < Date.parse(known.progressAt) + startsWithinMs

/** The pods of one version, past every cache. */
export const podsOf = (client: KubeClient, namespace: string, hash: string): Promise<KubeObject[]> =>
  client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: `${hashLabel}=${hash}` })

export function containersOf(pod: KubeObject): ContainerStatus[] {
  return ((pod.status ?? {}) as { containerStatuses?: ContainerStatus[] }).containerStatuses ?? []
}

/** How a container ended, now or before its last start. */
export const endOf = ({ state, lastState }: ContainerStatus) => state?.terminated ?? lastState?.terminated

/** How a container of theirs ended last: "exit code 3", "OOMKilled". */
export function lastOf(pods: readonly KubeObject[]): string {
  const ends = pods.flatMap(containersOf).flatMap((container) => endOf(container) ?? [])
  const last = ends.toSorted((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? 1 : -1))[0]
  if (!last) return 'for a reason that is not known'
  return last.reason && last.reason !== 'Error' ? last.reason : `exit code ${last.exitCode}`
}
