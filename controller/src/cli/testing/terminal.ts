import { systemClock } from '../../clock.ts'
import type { Io } from '../io.ts'

export interface Said {
  out: string
  err: string
  /** Both, in the order in which they came. */
  all: string
}

/** A terminal for tests: keeps what is said. What is not given is that of a pipe with nothing in it. */
export function terminal(given: Partial<Io> = {}): { io: Io; said: Said } {
  const said: Said = { out: '', err: '', all: '' }
  const to = (stream: 'out' | 'err') => (text: string) => {
    said[stream] += text
    said.all += text
  }
  const io: Io = {
    out: to('out'),
    err: to('err'),
    stdin: async () => '',
    isTty: false,
    columns: 100,
    rows: 30,
    env: { LANG: 'C.UTF-8', NO_COLOR: '1' },
    clock: systemClock,
    signal: new AbortController().signal,
    ...given,
  }
  return { io, said }
}

/** Lets time go by, step by step, until a command has ended. A step may throw to give up. */
export async function untilEnded<T>(running: Promise<T>, step: () => Promise<void>): Promise<T> {
  let ended = false
  const end = running.finally(() => {
    ended = true
  })
  end.catch(() => {})
  while (!ended) await step()
  return end
}
