import { put } from '../objects/json.ts'

/** Plain JSON at rest: frozen, shared where possible, written out once. */

type Json = Record<string, unknown>

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A copy that may be changed or frozen without touching the caller's value. Members that are undefined disappear, as they do in JSON;
 * with `dropNulls` so do null members. Frozen parts are shared, not copied: whatever is frozen must be frozen all the way down.
 */
export function copied<T>(value: T, dropNulls = false): T {
  return copy(value, dropNulls) as T
}

function copy(value: unknown, dropNulls: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    if (Object.isFrozen(value)) return value
    return value.map((item) => (item === undefined ? null : copy(item, dropNulls)))
  }
  if (Object.isFrozen(value)) return value
  const result: Json = {}
  for (const key in value) {
    const member = (value as Json)[key]
    if (member === undefined || (dropNulls && member === null)) continue
    put(result, key, copy(member, dropNulls))
  }
  return result
}

/** Freezes the value all the way down and gives it back. Stops at parts that are frozen already. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const key in value) frozen(value[key])
  }
  return value
}

const texts = new WeakMap<object, string>()

/** The object as JSON. Of a frozen object the text is kept for as long as the object lives. */
export function jsonText(value: object): string {
  if (!Object.isFrozen(value)) return JSON.stringify(value)
  let text = texts.get(value)
  if (text === undefined) {
    text = JSON.stringify(value)
    texts.set(value, text)
  }
  return text
}

/** The member at a path of names, or undefined where the path ends early. */
export function at(value: unknown, path: readonly string[]): unknown {
  let here = value
  for (const name of path) {
    if (!isRecord(here)) return undefined
    here = here[name]
  }
  return here
}

/** A copy with the member at the path set; what lies beside the path is shared. */
export function withAt<T extends object>(value: T, path: readonly string[], member: unknown): T {
  const [name, ...rest] = path
  if (name === undefined) return member as T
  const inner = (value as Json)[name]
  return { ...value, [name]: rest.length === 0 ? member : withAt(isRecord(inner) ? inner : {}, rest, member) }
}
