import type { KubeObject } from './types.ts'

/** The values under which an object is found; none, one or several. */
export type IndexFn<T> = (object: T) => readonly string[]

/** Sets of keys by value, for each named index. */
export interface Indexes<T> {
  replace(key: string, before: T | undefined, after: T | undefined): void
  /** Throws a TypeError for an index that was never defined. */
  keys(index: string, value: string): ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

/** A function that throws for some object gives it no values; `onError` is told. */
export function indexes<T extends KubeObject>(
  functions: Record<string, IndexFn<T>>,
  onError: (index: string, error: unknown) => void,
): Indexes<T> {
  const byName = new Map<string, Map<string, Set<string>>>(Object.keys(functions).map((name) => [name, new Map()]))
  const valuesOf = (name: string, fn: IndexFn<T>, object: T | undefined): readonly string[] => {
    if (object === undefined) return []
    try {
      return fn(object)
    } catch (error) {
      onError(name, error)
      return []
    }
  }
  return {
    replace(key, before, after) {
      for (const [name, fn] of Object.entries(functions)) {
        const byValue = byName.get(name)
        if (!byValue) continue
        for (const value of valuesOf(name, fn, before)) {
          const keys = byValue.get(value)
          keys?.delete(key)
          if (keys?.size === 0) byValue.delete(value)
        }
        for (const value of valuesOf(name, fn, after)) {
          const keys = byValue.get(value)
          if (keys) keys.add(key)
          else byValue.set(value, new Set([key]))
        }
      }
    },
    keys(index, value) {
      const byValue = byName.get(index)
      if (!byValue) throw new TypeError(`no index '${index}'; there are: ${[...byName.keys()].join(', ')}`)
      return byValue.get(value) ?? none
    },
  }
}
