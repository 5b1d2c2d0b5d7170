/** What a program in an image does: how long it takes to start, and what its answers are like. */
export interface ImageBehaviour {
  /** From the container's creation (pull included) to running. */
  startMs: number
  /** Whether its readiness probe ever succeeds. */
  ready: boolean
  /** Its readiness probe fails from so long after each start on. */
  readyForMs?: number
  /** And succeeds again, for as long, so often; with `readyForMs` only. */
  readyEveryMs?: number
  /** Share of requests answered with 500, 0 to 1. */
  errorRate: number
  /** Errors begin only so long after each start. */
  errorsAfterMs?: number
  /** Median and 99th percentile of the answer time; the tail is log-normal. Left out: 3 times the median. */
  latencyMs: { median: number; p99?: number }
  /** Answers take so many times as long. */
  latencyFactor?: number
  /** Until so long after each start answers take so many times as long besides: caches are cold. */
  cold?: { forMs: number; latencyFactor: number }
  /** Memory in use from the start, what is added each minute until the next start, and for each request per second. */
  memory?: { mib: number; leakMibPerMinute?: number; mibPerRequestRate?: number }
  /** Thousandths of a core in use without a request, and milliseconds of a core that a request costs. */
  cpu?: { idleMilli: number; requestMs: number }
  /** Crashes so long after each start. */
  crashAfterMs?: number
  /** Crashes so long after the first request since each start. */
  crashAfterTrafficMs?: number
  /** Ends by itself. Left out: in pods that need not run for ever it does so too, see `exitOf`. */
  exits?: { code: number; afterMs: number }
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

/**
 * How a program ends by itself in a pod with this restart policy; undefined when it does not. By its behaviour; without one, in pods that are
 * not always restarted, after a second (a minute with `slow` in the tag), with code 1 for `fail` in the tag, else 0.
 */
export function exitOf(reference: string, behaviour: ImageBehaviour, restartPolicy: string): { code: number; afterMs: number } | undefined {
  if (behaviour.exits || restartPolicy === 'Always') return behaviour.exits
  const tag = tagOf(reference)
  return { code: tag.includes('fail') ? 1 : 0, afterMs: tag.includes('slow') ? 60_000 : 1000 }
}

/** Bytes that a program uses so long after its start, at so many requests per second. */
export function memoryOf({ memory = { mib: 64 } }: ImageBehaviour, upMs: number, requestsPerSecond: number): number {
  const { mib, leakMibPerMinute = 0, mibPerRequestRate = 0 } = memory
  return (mib + (leakMibPerMinute * upMs) / 60_000 + mibPerRequestRate * requestsPerSecond) * 2 ** 20
}

/** Thousandths of a core that a program uses at so many requests per second. */
export function cpuOf({ cpu = { idleMilli: 5, requestMs: 5 } }: ImageBehaviour, requestsPerSecond: number): number {
  return cpu.idleMilli + cpu.requestMs * requestsPerSecond
}

/** What stands after the last colon of an image reference; `latest` when nothing does. */
export function tagOf(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1)
  const colon = name.lastIndexOf(':')
  return colon < 0 ? 'latest' : name.slice(colon + 1)
}
