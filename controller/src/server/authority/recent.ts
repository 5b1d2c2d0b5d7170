import type { Clock } from '../../clock.ts'

/** Remembers answers for as long as each is good; of more than `most`, the one asked longest ago is forgotten. */
export interface Recent<T> {
  /** The answer that is still good, else that of `ask`; equal questions at the same time are asked once. A failure is not remembered. */
  get(key: string, ask: () => Promise<T>): Promise<T>
}

export function recent<T>(clock: Clock, goodForMs: (answer: T) => number, most = 10_000): Recent<T> {
  const known = new Map<string, { answer: T; until: number }>()
  const asking = new Map<string, Promise<T>>()
  const keep = (key: string, answer: T): T => {
    known.delete(key)
    known.set(key, { answer, until: clock.now() + goodForMs(answer) })
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    return answer
  }
  return {
    async get(key, ask) {
      const entry = known.get(key)
      if (entry && clock.now() < entry.until) {
        // The newest stand last.
        known.delete(key)
        known.set(key, entry)
        return entry.answer
      }
      const running = asking.get(key)
      if (running !== undefined) return running
      const asked = ask()
        .then((answer) => keep(key, answer))
        .finally(() => asking.delete(key))
      asking.set(key, asked)
      return asked
    },
  }
}
