import { selectorText } from '../../cli/selector.ts'
import type { Clock } from '../../clock.ts'
import type { KubeClient, KubeObject } from '../../kube/types.ts'
import { rolloutLabel } from '../../workload/view.ts'
import type { Named } from '../dto/fields.ts'
import type { Situation } from './offers.ts'
import { readRollout } from './seen.ts'

/** Reads a Rollout, its workload and the ReplicaSets of both. No such Rollout: a Refusal. */
export async function readSituation(client: KubeClient, clock: Clock, named: Named): Promise<Situation> {
  const rollout = await readRollout(client, named)
  const { namespace } = named
  const { kind, name } = rollout.spec.workload
  const workload = await client.get({ apiVersion: 'apps/v1', kind, namespace, name })
  const sets = await client.list(
    { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
    { namespace, labelSelector: labelSelectorOf(workload, named.name) },
  )
  const owners = new Set([workload?.metadata.uid, rollout.metadata.uid])
  return {
    rollout,
    workload,
    sets: sets.filter((set) => set.metadata.ownerReferences?.some(({ uid }) => owners.has(uid))),
    now: clock.now(),
  }
}

/** What the pods and sets of a release have in common; of a workload that is gone, what the Rollout labelled. */
export function labelSelectorOf(workload: KubeObject | undefined, rollout: string): string {
  return workload ? selectorText((workload.spec as { selector?: unknown }).selector) : `${rolloutLabel}=${rollout}`
}
