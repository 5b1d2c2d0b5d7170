import type { Obj } from '../types.ts'
import { frozen } from './json.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'

/** One stored object seen through the several versions it is served in. */

const views = new WeakMap<Obj, Map<string, Obj>>()

/** The stored object as the kind's version shows it; frozen. */
export function viewed(kind: ServedKind, stored: Obj): Obj {
  const apiVersion = apiVersionOf(kind)
  if (stored.apiVersion === apiVersion) return stored
  let versions = views.get(stored)
  if (!versions) {
    versions = new Map()
    views.set(stored, versions)
  }
  let view = versions.get(apiVersion)
  if (!view) {
    view = frozen(converted(stored, apiVersion))
    versions.set(apiVersion, view)
  }
  return view
}

/** An object of the kind's version as it is stored. */
export function toStored(kind: ServedKind, object: Obj): Obj {
  const {
    kind: name,
    apiVersion,
    metadata,
    ...rest
  } = object.apiVersion === kind.storageApiVersion ? object : converted(object, kind.storageApiVersion)
  // In the order the real server writes; lists rely on it.
  return { kind: name, apiVersion, metadata, ...rest }
}

function converted(object: Obj, apiVersion: string): Obj {
  if (object.kind === 'Event') {
    if (apiVersion === 'v1') return renamed(object, apiVersion, newEventNames)
    if (apiVersion === 'events.k8s.io/v1') return renamed(object, apiVersion, oldEventNames)
  }
  // Custom kinds have no webhooks here: their versions differ in name only, as with the conversion strategy None.
  return { ...object, apiVersion }
}

/** Names of an Event's fields in events.k8s.io/v1 -> in v1. */
const newEventNames: Record<string, string> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
}

const oldEventNames = Object.fromEntries(Object.entries(newEventNames).map(([to, from]) => [from, to]))

function renamed(object: Obj, apiVersion: string, names: Record<string, string>): Obj {
  const { apiVersion: _, kind, metadata, ...rest } = object
  const result: Obj = { kind, apiVersion, metadata }
  for (const [name, member] of Object.entries(rest)) result[names[name] ?? name] = member
  return result
}
