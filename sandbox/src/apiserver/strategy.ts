import { Buffer } from 'node:buffer'
import { withGeneratedSelector } from '../objects/jobValidation.ts'
import { equal } from '../objects/json.ts'
import type { Obj } from '../types.ts'
import { allocated, keptAddresses } from './addresses.ts'
import type { Core } from './core.ts'
import { withDefaultNames } from './crdKinds.ts'
import { at } from './json.ts'
import type { ServedKind } from './kind.ts'

/** What single kinds do on their way into the store, beyond what their schema says. */

/** Status that a new object starts with; a client's own is not taken. */
function initialStatus(kind: string): Record<string, unknown> | undefined {
  switch (kind) {
    case 'Namespace':
      return { phase: 'Active' }
    case 'Pod':
      return { phase: 'Pending' }
    case 'Service':
      return { loadBalancer: {} }
    case 'ReplicaSet':
      return { replicas: 0 }
    case 'StatefulSet':
      return { replicas: 0, availableReplicas: 0 }
    case 'DaemonSet':
      return { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }
    case 'HorizontalPodAutoscaler':
      return { desiredReplicas: 0 }
    case 'PodDisruptionBudget':
      return { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
    case 'Deployment':
    case 'Job':
    case 'ValidatingAdmissionPolicy':
      return {}
    default:
      return undefined
  }
}

/** Whether plain writes leave status alone, and status writes everything else. */
export function hasStatus(kind: ServedKind): boolean {
  return kind.subresources.includes('status') || kind.kind === 'MutatingAdmissionPolicy'
}

/** The object without what a client may not set when he creates it. */
export function preparedForCreate(kind: ServedKind, object: Obj): Obj {
  // A Node says its own status when it registers.
  if (!hasStatus(kind) || kind.kind === 'Node') return withKindFields(kind, object)
  const { status: _, ...rest } = object
  const own = withKindFields(kind, rest as Obj)
  return kind.bucket === 'jobs.batch' ? withGeneratedSelector(own) : own
}

/** Fields that the server derives, on every write of the kind. */
function withKindFields(kind: ServedKind, object: Obj): Obj {
  if (kind.custom) return object
  switch (kind.kind) {
    case 'CustomResourceDefinition':
      return withDefaultNames(object)
    case 'Namespace': {
      const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
      return { ...object, metadata: { ...object.metadata, labels } }
    }
    case 'Secret': {
      const { stringData, ...rest } = object
      if (!stringData) return object
      const encoded = Object.entries<string>(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
      return { ...rest, data: { ...object.data, ...Object.fromEntries(encoded) } } as Obj
    }
    default:
      return object
  }
}

/** As it is stored: some lists Go writes even when there are none, and then as null. */
export function asWritten(kind: ServedKind, object: Obj): Obj {
  if (kind.custom) return object
  if (kind.kind === 'HorizontalPodAutoscaler' && object.status && !object.status.currentMetrics?.length) {
    return { ...object, status: { ...object.status, currentMetrics: null } }
  }
  if (kind.kind !== 'EndpointSlice') return object
  const { endpoints, ports } = object
  return { ...object, endpoints: endpoints?.length ? endpoints : null, ports: ports?.length ? ports : null }
}

/** What the server adds to a new object: addresses, a first status, the namespace's own finalizer. */
export function completed(core: Core, kind: ServedKind, object: Obj): Obj {
  let next = object
  if (!kind.custom) {
    if (kind.kind === 'Service') next = allocated(core, next)
    if (kind.kind === 'Namespace' && !next.spec?.finalizers) next = { ...next, spec: { ...next.spec, finalizers: ['kubernetes'] } }
    const status = initialStatus(kind.kind)
    if (status && (hasStatus(kind) ? kind.kind !== 'Node' : next.status === undefined)) {
      next = { ...next, status: kind.kind === 'Pod' ? { ...status, qosClass: qosClass(next) } : status }
    }
  }
  return next
}

/** The next state with what a client may not change taken from the live one. */
export function preparedForUpdate(kind: ServedKind, live: Obj, next: Obj, subresource: string | undefined): Obj {
  if (subresource === 'status') return statusOnly(kind, live, next)
  if (subresource === 'finalize') {
    const { finalizers } = next.spec ?? {}
    const { finalizers: _, ...spec } = live.spec ?? {}
    return {
      ...live,
      metadata: { ...live.metadata, managedFields: next.metadata.managedFields },
      spec: finalizers?.length ? { ...spec, finalizers } : spec,
    }
  }
  let result = withKindFields(kind, next)
  if (hasStatus(kind)) {
    const { status: _, ...rest } = result
    result = (live.status === undefined ? rest : { ...rest, status: live.status }) as Obj
  }
  if (!kind.custom && kind.kind === 'Service') result = keptAddresses(live, result)
  if (!kind.custom && kind.kind === 'Namespace' && live.spec) result = { ...result, spec: live.spec }
  return result
}

function statusOnly(kind: ServedKind, live: Obj, next: Obj): Obj {
  const { status, metadata } = next
  let kept: Obj['metadata']
  if (kind.custom || kind.kind === 'CustomResourceDefinition') kept = { ...live.metadata, managedFields: metadata.managedFields }
  else if (kind.kind === 'Pod') kept = { ...metadata, ownerReferences: live.metadata.ownerReferences }
  else if (kind.kind === 'Deployment') kept = { ...metadata, labels: live.metadata.labels }
  else kept = metadata
  const { status: _, ...rest } = live
  return { ...rest, metadata: kept, ...(status === undefined ? {} : { status }) } as Obj
}

/** The generation the next state gets: one more when what is wished for changed. */
export function nextGeneration(kind: ServedKind, live: Obj, next: Obj, subresource: string | undefined): number | undefined {
  const { generation } = live.metadata
  if (!kind.generation || subresource === 'status') return generation
  return equal(wish(kind, live), wish(kind, next)) ? generation : (generation ?? 0) + 1
}

/** The part of an object whose changes are counted. */
function wish(kind: ServedKind, object: Obj): unknown {
  if (kind.custom || kind.kind === 'EndpointSlice') {
    const { metadata, apiVersion: _, status, ...rest } = asWritten(kind, object)
    const counted = hasStatus(kind) ? rest : { ...rest, status }
    return kind.custom ? counted : { ...counted, labels: metadata.labels ?? {} }
  }
  // The native controller copies a Deployment's annotations to its sets, so they count as a wish.
  if (kind.kind === 'Deployment') return [object.spec, object.metadata.annotations ?? {}]
  return object.spec
}

/** Guaranteed, Burstable or BestEffort, from the containers' resources. */
function qosClass(pod: Obj): string {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  let guaranteed = containers.length > 0
  let any = false
  for (const container of containers) {
    for (const resource of ['cpu', 'memory']) {
      const limit = at(container, ['resources', 'limits', resource])
      const request = at(container, ['resources', 'requests', resource]) ?? limit
      if (limit !== undefined || request !== undefined) any = true
      if (limit === undefined || request !== limit) guaranteed = false
    }
  }
  return guaranteed ? 'Guaranteed' : any ? 'Burstable' : 'BestEffort'
}
