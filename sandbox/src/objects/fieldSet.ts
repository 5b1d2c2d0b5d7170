import { canonical, isMap, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, isDeclared } from './schemaWalk.ts'

/**
 * A set of field paths, as a tree. A key is a path element in the wire form of FieldsV1: `f:name`, `k:{"name":"x"}`, `v:"x"`.
 * Never changed once built: every operation gives a new one and may share branches.
 */
export type FieldSet = ReadonlyMap<string, FieldNode>

export interface FieldNode {
  /** The path itself is in the set, not only something beneath it. */
  member: boolean
  children: FieldSet
}

export const emptySet: FieldSet = new Map()
export const leaf: FieldNode = { member: true, children: emptySet }

export const fieldKey = (name: string): string => `f:${name}`
export const itemKey = (keys: Readonly<Record<string, unknown>>): string => `k:${canonical(keys)}`
export const valueKey = (value: unknown): string => `v:${canonical(value)}`

export const isEmpty = (set: FieldSet): boolean => set.size === 0
export const has = (set: FieldSet, key: string): boolean => set.get(key)?.member === true
export const beneath = (set: FieldSet, key: string): FieldSet => set.get(key)?.children ?? emptySet

const node = (member: boolean, children: FieldSet): FieldNode => (member && children.size === 0 ? leaf : { member, children })

/** One set out of two, node by node; nodes that hold nothing are left out, and branches that only one has are shared or dropped whole. What comes out as `a` is `a`. */
function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const [keepLeft, keepRight] = [keep(true, false), keep(false, true)]
  const out = new Map<string, FieldNode>()
  let same = true
  for (const [key, left] of a) {
    const right = b.get(key)
    if (!right) {
      if (keepLeft) out.set(key, left)
      continue
    }
    const member = keep(left.member, right.member)
    const children = combine(left.children, right.children, keep)
    const kept = member === left.member && children === left.children
    if (member || children.size > 0) out.set(key, kept ? left : node(member, children))
    same &&= kept
  }
  if (keepRight) for (const [key, right] of b) if (!a.has(key)) out.set(key, right)
  return same && out.size === a.size ? a : out
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => (b.size === 0 ? a : a.size === 0 ? b : combine(a, b, (x, y) => x || y))
export const intersection = (a: FieldSet, b: FieldSet): FieldSet =>
  a.size === 0 || b.size === 0 ? emptySet : combine(a, b, (x, y) => x && y)
export const difference = (a: FieldSet, b: FieldSet): FieldSet => (a.size === 0 || b.size === 0 ? a : combine(a, b, (x, y) => x && !y))

export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a.size !== b.size) return false
  for (const [key, left] of a) {
    const right = b.get(key)
    if (!right || left.member !== right.member || !sameSet(left.children, right.children)) return false
  }
  return true
}

/** The set with every declared field that has something beneath it made a member, so that it can be removed as a whole. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  const out = new Map<string, FieldNode>()
  for (const [key, { member, children }] of set) {
    const name = key.startsWith('f:') ? key.slice(2) : undefined
    const inner = name === undefined ? schema?.items : fieldSchema(schema, name)
    const named = name !== undefined && isDeclared(schema, name)
    out.set(key, node(member || named, withNamedFields(children, inner)))
  }
  return out
}

/** Every member, as a path of keys. */
export function* members(set: FieldSet, prefix: readonly string[] = []): Generator<string[]> {
  for (const [key, { member, children }] of set) {
    const path = [...prefix, key]
    if (member) yield path
    yield* members(children, path)
  }
}

export function setOf(paths: Iterable<readonly string[]>): FieldSet {
  let out: FieldSet = emptySet
  for (const path of paths)
    out = union(
      out,
      path.reduceRight<FieldSet>((inner, key, at) => new Map([[key, node(at === path.length - 1, inner)]]), emptySet),
    )
  return out
}

/** `.spec.containers[name="x"].image`: as conflicts print a path. */
export function printed(path: readonly string[]): string {
  return path
    .map((key) => {
      if (key.startsWith('f:')) return `.${key.slice(2)}`
      if (key.startsWith('v:')) return `[=${key.slice(2)}]`
      const keys: unknown = JSON.parse(key.slice(2))
      const parts = isMap(keys) ? Object.entries(keys).map(([name, value]) => `${name}=${JSON.stringify(value)}`) : []
      return `[${parts.join(',')}]`
    })
    .join('')
}

/** The FieldsV1 document of a set. */
export function encoded(set: FieldSet): JsonMap {
  const out: JsonMap = {}
  for (const key of [...set.keys()].sort()) {
    const { member, children } = set.get(key) ?? leaf
    put(out, key, children.size === 0 ? {} : { ...(member && { '.': {} }), ...encoded(children) })
  }
  return out
}

/** The set of a FieldsV1 document; what is not one reads as empty. */
export function decoded(fields: unknown): FieldSet {
  const out = new Map<string, FieldNode>()
  if (!isMap(fields)) return out
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.' || !isMap(value)) continue
    const names = Object.keys(value)
    out.set(key, node(names.length === 0 || '.' in value, decoded(value)))
  }
  return out
}
