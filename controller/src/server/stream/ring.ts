/** Something that happened to one release, encoded once for all who get it. */
export interface Entry {
  /** Counted from 1. */
  number: number
  namespace: string
  /** namespace/name: of several for the same only the last matters. */
  key: string
  frame: Buffer
}

/** The last so many entries. */
export interface Ring {
  /** Number of the newest; 0 before the first. */
  readonly last: number
  push(entry: Entry): void
  /** What came after that number, of each key the last only; undefined when some of it is forgotten, or has not been yet. */
  since(number: number): Entry[] | undefined
}

export function ring(size: number): Ring {
  const slots: (Entry | undefined)[] = new Array(size)
  let last = 0
  return {
    get last() {
      return last
    },
    push(entry) {
      last = entry.number
      slots[entry.number % size] = entry
    },
    since(number) {
      if (number > last || number < last - size || number < 0) return undefined
      const newest = new Map<string, Entry>()
      for (let at = number + 1; at <= last; at++) {
        const entry = slots[at % size]
        if (entry?.number !== at) return undefined
        // Deleted first: the order is that of the last change.
        newest.delete(entry.key)
        newest.set(entry.key, entry)
      }
      return [...newest.values()]
    },
  }
}
