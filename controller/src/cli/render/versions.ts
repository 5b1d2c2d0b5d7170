import type { Version } from '../../api/rolloutStatus.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { Snapshot } from '../read.ts'
import { hashOf } from '../read.ts'
import { lastEntry } from './words.ts'

export type Role = 'stable' | 'canary' | 'baseline' | 'preview' | 'kept' | 'refused' | 'old'

/** One version of the workload with its ReplicaSet and pods. */
export interface VersionView {
  role: Role
  hash: string
  images: string[]
  set: KubeObject | undefined
  pods: KubeObject[]
}

const order: Role[] = ['canary', 'preview', 'baseline', 'stable', 'kept', 'refused', 'old']

/** The versions that have a part to play or pods, newest part first; the others are only counted. */
export function versionsOf({ rollout, sets, pods }: Snapshot): { shown: VersionView[]; hidden: number } {
  const roles = rolesOf(rollout.status)
  const views = sets.map((set): VersionView => {
    const known = roles.find(({ version }) => version.set === set.metadata.name)
    const mine = pods.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === set.metadata.uid))
    return { role: known?.role ?? 'old', hash: hashOf(set), images: known?.version.images ?? imagesOf(set), set, pods: mine }
  })
  for (const { role, version } of roles) {
    if (role !== 'refused' && !sets.some((set) => set.metadata.name === version.set))
      views.push({ role, hash: version.hash, images: version.images, set: undefined, pods: [] })
  }
  const shown = views.filter((view) => view.role !== 'old' || view.pods.length > 0 || wantedOf(view.set) > 0)
  shown.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || (a.hash < b.hash ? -1 : 1))
  return { shown, hidden: views.length - shown.length }
}

/** Which version plays which part; the first part that fits counts. */
function rolesOf(status: Snapshot['rollout']['status']): { role: Role; version: Version }[] {
  if (!status) return []
  const { run, stable, kept, refused } = status
  const roles: { role: Role; version: Version }[] = []
  if (run) {
    roles.push({ role: run.mode === 'Switch' ? 'preview' : 'canary', version: run.to }, { role: 'stable', version: run.from })
    if (run.baseline && run.baseline.replicas > 0)
      roles.push({ role: 'baseline', version: { ...run.from, set: run.baseline.set, hash: run.baseline.hash } })
  } else if (stable) roles.push({ role: 'stable', version: stable })
  if (kept) roles.push({ role: 'kept', version: kept.version })
  const last = lastEntry(status)
  if (refused && last && last.to.template === refused.template) roles.push({ role: 'refused', version: last.to })
  return roles.filter(({ version }, index) => roles.findIndex((other) => other.version.set === version.set) === index)
}

export function wantedOf(set: KubeObject | undefined): number {
  return set ? ((set.spec as { replicas?: number }).replicas ?? 1) : 0
}

export function availableOf(set: KubeObject): number {
  return (set.status as { availableReplicas?: number } | undefined)?.availableReplicas ?? 0
}

function imagesOf(set: KubeObject): string[] {
  const spec = set.spec as { template?: { spec?: { containers?: { image?: string }[] } } }
  return (spec.template?.spec?.containers ?? []).map((container) => container.image ?? '')
}
