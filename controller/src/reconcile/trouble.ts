import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { stuckOver } from '../rollout/stuck.ts'
import { conditionsOf } from '../workload/conditions.ts'
import { pods as count } from '../workload/deployment.ts'
import type { WorkloadView } from '../workload/view.ts'
import { containersOf, endOf, lastOf, podsOf } from './crashes.ts'

/** What keeps the pods that a stuck run waits for, in Kubernetes' own words; read past every cache, once. */
export async function troubleOf(
  client: KubeClient,
  namespace: string,
  { status, view, now }: { status: RolloutStatus | undefined; view: WorkloadView | undefined; now: Instant },
): Promise<string | undefined> {
  const over = status?.run && view && status.run.waiting?.stuck === undefined && stuckOver(status.run, view, now)
  if (!over) return undefined
  const set = await client.get({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: over.set })
  const refused = conditionsOf(set).find(({ type, status: on }) => type === 'ReplicaFailure' && on === 'True')?.message
  const present = (await podsOf(client, namespace, over.hash)).filter(({ metadata }) => !metadata.deletionTimestamp)
  // Each refused pod has another name.
  const said = [refused?.replace(/^pods "[^"]*"/, 'a pod'), commonest(present)]
  return said.filter((one) => one !== undefined).join('; ') || undefined
}

/** What is true of most of them: "CrashLoopBackOff, the last by exit code 3 (2 of 3 pods)". */
function commonest(pods: readonly KubeObject[]): string | undefined {
  const counts = new Map<string, number>()
  for (const reason of pods.flatMap((pod) => whyNot(pod) ?? [])) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most && `${most[0]} (${most[1]} of ${count(pods.length)})`
}

const starting = ['ContainerCreating', 'PodInitializing']

function whyNot(pod: KubeObject): string | undefined {
  const conditions = conditionsOf(pod)
  const unmet = (type: string) => conditions.find((one) => one.type === type && one.status === 'False')
  if (!unmet('Ready') && !unmet('PodScheduled')) return undefined
  const containers = containersOf(pod)
  if (containers.some(endOf)) return `${reasonOf(containers) ?? 'restarted'}, the last by ${lastOf([pod])}`
  const { reason, message } = unmet('PodScheduled') ?? {}
  if (reason) return message ? `${reason}: ${message}` : reason
  return reasonOf(containers) ?? 'not ready'
}

function reasonOf(containers: ReturnType<typeof containersOf>): string | undefined {
  return containers.flatMap(({ state }) => state?.waiting?.reason ?? []).find((reason) => !starting.includes(reason))
}
