export type Urgency = 'polite' | 'assertive'

/** A reader must be able to follow. */
const gap = 5_000
const most = 3

/** Gathers what is to be said: polite messages at least five seconds apart, those in between joined into one (the newest three, and how many more); assertive ones at once. */
export function announcer({ now, wait }: { now(): number; wait(ms: number, then: () => void): void }) {
  let listener: (kind: Urgency, text: string) => void = () => {}
  let last = Number.NEGATIVE_INFINITY
  let waiting: string[] = []
  let asked = false

  const flush = () => {
    asked = false
    if (waiting.length === 0) return
    const kept = waiting.slice(-most)
    const left = waiting.length - kept.length
    waiting = []
    last = now()
    listener('polite', left > 0 ? `${kept.join('. ')}. ${left} more` : kept.join('. '))
  }

  return {
    say(text: string): void {
      if (waiting.at(-1) !== text) waiting.push(text)
      if (asked) return
      const due = last + gap - now()
      if (due <= 0) flush()
      else {
        asked = true
        wait(due, flush)
      }
    },
    sayNow(text: string): void {
      listener('assertive', text)
    },
    listen(told: (kind: Urgency, text: string) => void): () => void {
      listener = told
      return () => {
        if (listener === told) listener = () => {}
      }
    },
  }
}
