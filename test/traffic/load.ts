import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadOrder } from './loadProcess.ts'
import type { Tally } from './tally.ts'

export interface LoadOptions {
  /** Of the gateway. */
  address: string
  port: number
  /** Which route: the Host header. */
  host: string
  /** Requests a second; at most 500. */
  rps: number
  /** Ends by itself after this; default 20 minutes. */
  atMostMs?: number
}

export interface Load {
  /** What was answered until now. */
  tally(): Promise<Tally>
  /** From now on this many requests a second; 0 for silence. */
  rate(rps: number): void
  /** Waits for answers under way. The last tally. */
  stop(): Promise<Tally>
}

/** Clients that send at a steady rate over connections that stay open. */
export function startLoad({ atMostMs = 1_200_000, ...options }: LoadOptions): Load {
  const child = fork(join(import.meta.dirname, 'loadProcess.ts'), { execArgv: [] })
  const tell = (order: LoadOrder) => child.send(order)
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the load process ended before it answered')))
  ended.catch(() => {})
  const waiting: ((tally: Tally) => void)[] = []
  child.on('message', (tally: Tally) => waiting.shift()?.(tally))
  const answer = (order: LoadOrder): Promise<Tally> => {
    const told = new Promise<Tally>((resolve) => waiting.push(resolve))
    tell(order)
    return Promise.race([told, ended])
  }
  let last: Promise<Tally> | undefined
  tell({ order: 'start', atMostMs, ...options })
  return {
    tally: () => last ?? answer({ order: 'tally' }),
    rate: (rps) => tell({ order: 'rate', rps }),
    stop() {
      last ??= answer({ order: 'stop' })
      return last
    },
  }
}
