import type { JsonPatchOp } from '../kube/types.ts'

/** Equality of two JSON values; the order of an object's keys does not matter, and a key that is undefined is not there. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  for (const key in a) if (!same(a[key], b[key])) return false
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false
  return true
}

/** A JSON Pointer (RFC 6901) out of unescaped segments. */
export function pointer(...segments: (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/**
 * The operations that turn `from`, which stands at `at`, into `to`: as deep as possible, so that they name just the fields that differ.
 * A list whose length changes is replaced whole.
 */
export function diff(at: readonly (string | number)[], from: unknown, to: unknown): JsonPatchOp[] {
  if (same(from, to)) return []
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return from.flatMap((item, i) => diff([...at, i], item, to[i]))
  }
  if (isObject(from) && isObject(to)) {
    const gone = Object.keys(from).filter((key) => !Object.hasOwn(to, key))
    return [
      ...gone.map((key): JsonPatchOp => ({ op: 'remove', path: pointer(...at, key) })),
      ...Object.entries(to).flatMap(([key, value]): JsonPatchOp[] =>
        Object.hasOwn(from, key) ? diff([...at, key], from[key], value) : [{ op: 'add', path: pointer(...at, key), value }],
      ),
    ]
  }
  return [{ op: 'replace', path: pointer(...at), value: to }]
}

/** Like diff, for a list whose items keep their places: what is too many goes from the end, what is missing is appended. */
export function diffItems(at: readonly (string | number)[], from: readonly unknown[], to: readonly unknown[]): JsonPatchOp[] {
  const common = Math.min(from.length, to.length)
  const ops = to.slice(0, common).flatMap((item, i) => diff([...at, i], from[i], item))
  for (let i = from.length - 1; i >= common; i--) ops.push({ op: 'remove', path: pointer(...at, i) })
  for (const value of to.slice(common)) ops.push({ op: 'add', path: `${pointer(...at)}/-`, value })
  return ops
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
