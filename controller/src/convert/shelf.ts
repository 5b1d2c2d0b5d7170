import type { KubeObject } from './converter.ts'

/** Objects that several sources need, each made once. */
export interface Shelf {
  /** The name that the object has in the result: its own, or with a number where another object has it already. */
  share(object: KubeObject): string
  /** Those that were added since the last call. */
  newest(): KubeObject[]
}

export function shelf(): Shelf {
  const names = new Map<string, string>()
  const used = new Set<string>()
  let fresh: KubeObject[] = []
  return {
    share(object) {
      const content = JSON.stringify(object)
      const known = names.get(content)
      if (known !== undefined) return known
      const { kind, metadata } = object
      const place = (name: string) => JSON.stringify([kind, metadata.namespace ?? '', name])
      let name = metadata.name
      for (let number = 2; used.has(place(name)); number++) name = `${metadata.name}-${number}`
      used.add(place(name))
      names.set(content, name)
      fresh.push({ ...object, metadata: { ...metadata, name } })
      return name
    },
    newest() {
      const added = fresh
      fresh = []
      return added
    },
  }
}
