import { parseLabelSelector } from '../objects/labelSelector.ts'
import { parseFieldSelector, selectedFields } from '../objects/selectors.ts'
import type { Obj } from '../types.ts'
import { badRequest } from './errors.ts'
import type { ServedKind } from './kind.ts'

/** Which objects of a kind a list or watch is about. */
export interface Selection {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

// What the real server lets a field selector name, beside metadata.name and metadata.namespace.
const fields: Record<string, readonly string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].flatMap((name) => [
      `involvedObject.${name}`,
      `regarding.${name}`,
    ]),
    'reason',
    'reportingComponent',
    'reportingController',
    'source',
    'type',
  ],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  'replicasets.apps': ['status.replicas'],
}

/** A predicate on objects in the kind's version. Throws ApiError 400 for a selector that cannot be read or is not supported. */
export function selected(kind: ServedKind, selection: Selection): (object: Obj) => boolean {
  const tests: ((object: Obj) => boolean)[] = []
  const { namespace, labelSelector, fieldSelector } = selection
  if (namespace !== undefined && kind.namespaced) tests.push((object) => object.metadata.namespace === namespace)
  if (labelSelector) {
    const matches = parseLabelSelector(labelSelector)
    tests.push((object) => matches(object.metadata.labels))
  }
  if (fieldSelector) {
    const allowed = new Set([...(fields[kind.bucket] ?? []), ...(kind.selectableFields ?? [])])
    for (const field of selectedFields(fieldSelector)) {
      if (field === 'metadata.name' || (field === 'metadata.namespace' && kind.namespaced) || allowed.has(field)) continue
      const plain = !kind.custom && !fields[kind.bucket]
      throw badRequest(
        plain
          ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${field}`,
      )
    }
    // The label `source` of an Event means the component in it.
    tests.push(
      parseFieldSelector(kind.bucket === 'events' ? fieldSelector.replace(/(^|,)source(?=[=!])/g, '$1source.component') : fieldSelector),
    )
  }
  if (tests.length === 0) return () => true
  const [only] = tests
  return tests.length === 1 && only ? only : (object) => tests.every((test) => test(object))
}
