// Clients in a process of their own: requests are sent on time, whatever the answers do and whatever the tests do.
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { count, emptyTally } from './tally.ts'

/** What the process is told. */
export type LoadOrder =
  | { order: 'start'; address: string; port: number; host: string; rps: number; atMostMs: number }
  | { order: 'rate'; rps: number }
  | { order: 'tally' }
  | { order: 'stop' }

const MOST_RPS = 500
const PATIENCE_MS = 5_000
const tally = emptyTally()
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
let rps = 0
let open = 0

function send({ address, port, host }: LoadOrder & { order: 'start' }): void {
  const at = Date.now()
  tally.sent++
  open++
  let over = false
  const done = (version: string, status: string) => {
    if (over) return
    over = true
    open--
    count(tally, at, version, status)
  }
  const request = get({ host: address, port, path: '/', agent, timeout: PATIENCE_MS, headers: { host } }, (response) => {
    response.resume()
    const version = String(response.headers['x-version'] ?? '-')
    response.once('end', () => done(version, String(response.statusCode))).once('error', (error) => done(version, codeOf(error)))
  })
  request.once('timeout', () => request.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })))
  request.once('error', (error) => done('-', codeOf(error)))
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message

async function run(order: LoadOrder & { order: 'start' }): Promise<void> {
  const end = Date.now() + order.atMostMs
  let due = performance.now()
  while (Date.now() < end) {
    if (rps === 0) {
      await sleep(50)
      due = performance.now()
      continue
    }
    due += 1000 / rps
    const early = due - performance.now()
    if (early > 1) await sleep(early)
    send(order)
  }
  rps = 0
}

process.on('message', (order: LoadOrder) => {
  switch (order.order) {
    case 'start':
      rps = Math.min(order.rps, MOST_RPS)
      void run(order)
      break
    case 'rate':
      rps = Math.min(order.rps, MOST_RPS)
      break
    case 'tally':
      process.send?.(tally)
      break
    case 'stop':
      void stop()
      break
  }
})

/** Those under way are waited for. */
async function stop(): Promise<void> {
  rps = 0
  const end = Date.now() + PATIENCE_MS
  while (open > 0 && Date.now() < end) await sleep(20)
  process.send?.(tally, () => process.exit(0))
}
