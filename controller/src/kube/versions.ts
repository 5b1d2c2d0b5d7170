import type { KubeObject } from './types.ts'

/**
 * Orders two resourceVersions of one kind of one cluster by number, without rounding: negative, 0 or positive. Undefined when
 * one of them is missing or no decimal number, as some aggregated API servers give: nothing can be said then.
 */
export function compareVersions(a: string | undefined, b: string | undefined): number | undefined {
  if (a === undefined || b === undefined || !decimal.test(a) || !decimal.test(b)) return undefined
  // Nearly all are of one length and below 2^53; text of equal length orders as its numbers do.
  if (a.length === b.length) return a < b ? -1 : a > b ? 1 : 0
  const [x, y] = [BigInt(a), BigInt(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const decimal = /^\d+$/

/** 'namespace/name', or just the name for cluster-scoped objects. */
export function keyOf(of: { namespace?: string; name: string }): string {
  return of.namespace ? `${of.namespace}/${of.name}` : of.name
}

/** Freezes the object all through and leaves out metadata.managedFields, often the larger part of an object and of use to nobody here. */
export function frozen<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return deepFreeze(object)
  const { managedFields: _, ...metadata } = object.metadata
  return deepFreeze({ ...object, metadata })
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const each of Object.values(value)) deepFreeze(each)
  return Object.freeze(value)
}
