import type { Clock, Instant } from '../clock.ts'

/** Answers to identical questions: one request in flight for each, and the answer for a while. Failures are handed to all who wait, and not kept. */
export interface AnswerCache {
  /** `bytes` estimates the size of an answer. `hit`: told when nothing had to be loaded. */
  get<T>(key: string, load: () => Promise<T>, bytes: (answer: T) => number, hit?: () => void): Promise<T>
  /** Bytes of the answers that are kept. */
  size(): number
}

interface Kept {
  readonly until: Instant
  readonly bytes: number
  readonly answer: unknown
}

/** Keeps answers for `keptMs` and, oldest out first, up to `mostBytes` in sum; one that is larger than a quarter of that is not kept. */
export function answerCache(clock: Clock, keptMs = 60_000, mostBytes = 64 * 1024 * 1024): AnswerCache {
  const flying = new Map<string, Promise<unknown>>()
  // All are kept equally long, so the order of insertion is that of ageing.
  const kept = new Map<string, Kept>()
  let size = 0
  let sweeping = false

  const drop = (key: string, entry: Kept) => {
    kept.delete(key)
    size -= entry.bytes
  }
  const sweep = () => {
    for (const [key, entry] of kept) {
      if (entry.until > clock.now() && size <= mostBytes) break
      drop(key, entry)
    }
    const [oldest] = kept.values()
    if (!oldest || sweeping) return
    sweeping = true
    clock.after(oldest.until - clock.now(), () => {
      sweeping = false
      sweep()
    })
  }
  const keep = (key: string, answer: unknown, bytes: number) => {
    if (bytes > mostBytes / 4) return
    kept.set(key, { until: clock.now() + keptMs, bytes, answer })
    size += bytes
    sweep()
  }
  return {
    size: () => size,
    // The key includes whose answer it is, and so of which type.
    get<T>(key: string, load: () => Promise<T>, bytes: (answer: T) => number, hit?: () => void): Promise<T> {
      const found = kept.get(key)
      if (found && found.until > clock.now()) {
        hit?.()
        return Promise.resolve(found.answer as T)
      }
      if (found) drop(key, found)
      const other = flying.get(key)
      if (other !== undefined) {
        hit?.()
        return other as Promise<T>
      }
      const flight = load()
        .then((answer) => {
          keep(key, answer, bytes(answer))
          return answer
        })
        .finally(() => flying.delete(key))
      flying.set(key, flight)
      return flight
    },
  }
}
