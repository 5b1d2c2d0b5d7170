import type { JsonPatchOp, KubeObject, OwnerReference } from '../kube/types.ts'
import { same } from '../traffic/patch.ts'
import { hashLabel } from '../workload/view.ts'
import { argoHash, deploymentName, ownLabels, specOf } from './argo.ts'
import { isOwnedBy, type Observed, setSpec, type Template, wantedOf } from './observed.ts'
import { madeLabel } from './record.ts'
import { entriesOps, patchOfSame, type Write } from './step.ts'

interface DeploymentSpec {
  replicas?: number
  paused?: boolean
  template: Template
}

export const deploymentSpec = (deployment: KubeObject): DeploymentSpec => deployment.spec as DeploymentSpec
export const isPaused = (deployment: KubeObject): boolean => deploymentSpec(deployment).paused === true
export const replicasOf = (deployment: KubeObject): number => deploymentSpec(deployment).replicas ?? 1

/** The template of a Deployment that shall know the set for its own: equal but for pod-template-hash, so Argo's hash stays in it. */
export function templateFor(set: KubeObject): Template {
  const { template } = setSpec(set)
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

export const hasTemplateOf = (deployment: KubeObject, set: KubeObject): boolean =>
  same(plain(deploymentSpec(deployment).template), plain(templateFor(set)))

/** As the API server may give it back. */
function plain({ metadata, ...rest }: Template): unknown {
  const { creationTimestamp: _, ...meta } = metadata ?? {}
  return { ...rest, metadata: meta }
}

/** The Deployment that takes the set over. Paused, so that the native controller does nothing to it before it is known to be in order. */
export function deploymentFor(argo: KubeObject, set: KubeObject): KubeObject {
  const spec = specOf(argo)
  const { selector, minReadySeconds } = setSpec(set)
  const { [argoHash]: _, ...matchLabels } = selector.matchLabels ?? {}
  const { maxSurge, maxUnavailable } = spec.strategy?.canary ?? {}
  const rollingUpdate = { ...(maxSurge === undefined ? {} : { maxSurge }), ...(maxUnavailable === undefined ? {} : { maxUnavailable }) }
  const strategy = Object.keys(rollingUpdate).length > 0 ? { strategy: { type: 'RollingUpdate', rollingUpdate } } : {}
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: deploymentName(argo),
      ...(argo.metadata.namespace === undefined ? {} : { namespace: argo.metadata.namespace }),
      labels: { ...ownLabels(argo), [madeLabel]: argo.metadata.uid ?? '' },
    },
    spec: {
      replicas: wantedOf(set),
      paused: true,
      selector: { ...selector, matchLabels },
      ...(minReadySeconds ? { minReadySeconds } : {}),
      ...(spec.revisionHistoryLimit === undefined ? {} : { revisionHistoryLimit: spec.revisionHistoryLimit }),
      ...(spec.progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds: spec.progressDeadlineSeconds }),
      ...strategy,
      template: templateFor(set),
    },
  }
}

/** Has the set and its pods carry pod-template-hash, or lose it; `more` goes with the write of the set. */
export function hashWrites(o: Observed, set: KubeObject, hash: string | undefined, more: readonly JsonPatchOp[] = []): Write[] {
  const to = { [hashLabel]: hash }
  const onSet = [
    ...entriesOps(['metadata', 'labels'], set.metadata.labels, to),
    ...entriesOps(['spec', 'template', 'metadata', 'labels'], setSpec(set).template.metadata?.labels, to),
    ...more,
  ]
  const onPods = o.pods
    .filter((pod) => isOwnedBy(pod, set) && pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) => patchOfSame(pod, entriesOps(['metadata', 'labels'], pod.metadata.labels, to)))
  return [...patchOfSame(set, onSet), ...onPods]
}

/** Gives a set from one controller to another, in one write: at no moment has it none. */
export function handOver(set: KubeObject, to: { apiVersion: string; kind: string; metadata: { name: string; uid?: string } }): Write[] {
  const { apiVersion, kind, metadata } = to
  const uid = metadata.uid ?? `(uid of ${kind} ${metadata.name})`
  const owner: OwnerReference = { apiVersion, kind, name: metadata.name, uid, controller: true, blockOwnerDeletion: true }
  const before = set.metadata.ownerReferences
  const ops: JsonPatchOp[] = [
    ...(before ? [{ op: 'test', path: '/metadata/ownerReferences', value: before } as const] : []),
    { op: before ? 'replace' : 'add', path: '/metadata/ownerReferences', value: [owner] },
  ]
  return patchOfSame(set, ops)
}
