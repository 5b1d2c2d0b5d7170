/** What a program in an image does: how long it takes to start, and what its answers are like. */
export interface ImageBehaviour {
  /** From the container's creation (pull included) to running. */
  startMs: number
  /** Whether its readiness probe ever succeeds. */
  ready: boolean
  /** Share of requests answered with 500, 0 to 1. */
  errorRate: number
  /** Median and 99th percentile of the answer time; the tail is log-normal. Left out: 3 times the median. */
  latencyMs: { median: number; p99?: number }
  /** Crashes so long after each start. */
  crashAfterMs?: number
  /** From SIGTERM to the end of the process; it takes no new requests in this time. */
  stopMs?: number
}

export interface ImageBook {
  /** The longest entry that the reference begins with; undefined when the image cannot be pulled. */
  behaviour(reference: string): ImageBehaviour | undefined
  /** Changes what an image does, for running pods too. */
  set(prefix: string, behaviour: Partial<ImageBehaviour>): void
  onChange(fn: () => void): () => void
}

const defaultBehaviour: ImageBehaviour = { startMs: 500, ready: true, errorRate: 0, latencyMs: { median: 20 }, stopMs: 20 }

/** Entries by prefix or whole reference. An image without an entry is healthy, except that a tag with `missing` in it is in no registry. */
export function createImageBook(entries: Record<string, Partial<ImageBehaviour>> = {}): ImageBook {
  const book = new Map<string, ImageBehaviour>()
  const listeners = new Set<() => void>()
  const put = (prefix: string, behaviour: Partial<ImageBehaviour>) =>
    book.set(prefix, { ...defaultBehaviour, ...book.get(prefix), ...behaviour })
  for (const [prefix, behaviour] of Object.entries(entries)) put(prefix, behaviour)
  return {
    behaviour(reference) {
      let best: string | undefined
      for (const prefix of book.keys()) {
        if (reference.startsWith(prefix) && (best === undefined || prefix.length > best.length)) best = prefix
      }
      if (best !== undefined) return book.get(best)
      return tagOf(reference).includes('missing') ? undefined : defaultBehaviour
    },
    set(prefix, behaviour) {
      put(prefix, behaviour)
      for (const fn of [...listeners]) fn()
    },
    onChange(fn) {
      listeners.add(fn)
      return () => listeners.delete(fn)
    },
  }
}

/** What stands after the last colon of an image reference; `latest` when nothing does. */
export function tagOf(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1)
  const colon = name.lastIndexOf(':')
  return colon < 0 ? 'latest' : name.slice(colon + 1)
}
