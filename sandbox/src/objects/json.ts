/** Plain JSON values, compared and copied. Nothing here knows Kubernetes. */

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
export type Json = any

export type JsonMap = Record<string, Json>

export const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deep equality of JSON; the order of keys does not matter, a key that holds undefined counts as absent. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  let keys = 0
  for (const key in a) {
    if (a[key] === undefined) continue
    if (!equal(a[key], b[key])) return false
    keys++
  }
  for (const key in b) if (b[key] !== undefined) keys--
  return keys === 0
}

/** A deep copy that is safe to change; keys that hold undefined are dropped. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T
  if (!isMap(value)) return value
  const out: JsonMap = {}
  for (const key in value) {
    const child = value[key]
    if (child !== undefined) put(out, key, copy(child))
  }
  return out as T
}

/** `next` with the parts of `live` in place of equal ones of its own: what did not change is the same value as before. Neither is changed. */
export function shared<T>(live: unknown, next: T): T {
  if (live === next) return next
  if (Array.isArray(next)) return Array.isArray(live) ? (sharedList(live, next) as T) : next
  if (!isMap(next) || !isMap(live)) return next
  let out: JsonMap = next
  let same = true
  let keys = 0
  for (const key in next) {
    const before = Object.hasOwn(live, key) ? live[key] : undefined
    const part = shared(before, next[key])
    if (part !== before) same = false
    if (part !== next[key]) {
      if (out === next) out = { ...next }
      put(out, key, part)
    }
    keys++
  }
  return (same && keys === Object.keys(live).length ? live : out) as T
}

function sharedList(live: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const out = next.map((item, at) => shared(live[at], item))
  if (out.length === live.length && out.every((item, at) => item === live[at])) return live
  return out
}

/** Sets a key; a key named __proto__ becomes an ordinary one and never reaches the prototype. */
export function put(map: JsonMap, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

/** A property that is worked out when first read, and plain from then on. */
export function define(target: object, key: string, value: () => unknown): void {
  Object.defineProperty(target, key, {
    enumerable: true,
    configurable: true,
    // `this`, because whoever copies the getter has a value of his own.
    get(this: object) {
      const found = value()
      Object.defineProperty(this, key, { value: found, enumerable: true, configurable: true, writable: true })
      return found
    },
  })
}

/** Sets a field that is absent or null; returns what is there afterwards. */
export function fill<T>(map: JsonMap, key: string, value: T): T {
  map[key] ??= value
  return map[key]
}

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isMap(value)) return JSON.stringify(value) ?? 'null'
  const parts: string[] = []
  for (const key of Object.keys(value).sort()) if (value[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${parts.join(',')}}`
}

/** What JSON calls the type of a value. */
export function typeName(value: unknown): 'null' | 'array' | 'object' | 'string' | 'integer' | 'number' | 'boolean' {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as 'object' | 'string' | 'boolean'
}
