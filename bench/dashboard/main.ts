// The dashboard's server: lists of thousands, and a thousand open pages. The API server, the server and the pages are three processes.
//   npm run bench:dashboard [-- --quick]
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crdOf } from '../../controller/src/api/crd.ts'
import { apiVersion, rolloutKind } from '../../controller/src/api/rollout.ts'
import { createSandbox } from '../../sandbox/src/sandbox.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { machine } from '../machine.ts'
import { type Figures, page } from './report.ts'

const quick = process.argv.includes('--quick')
const sizes = quick ? [1_000] : [5_000, 10_000]
const pages = quick ? 100 : 1_000
const rounds = quick ? 5 : 40
const token = 'bench'
/** Other work on the machine: with much of it the figures say little. */
const load = loadavg()[0] ?? 0

const sandbox = createSandbox({ tokens: { [token]: { username: 'bench', groups: ['system:masters'] } }, events: false })
const { api } = sandbox
api.create(crdOf(rolloutKind) as unknown as Partial<Obj>)
for (let n = 0; n < 100; n++) api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${n}` } as Obj['metadata'] })
const listening = await sandbox.listen(0)
const placeOf = (n: number) => ({ namespace: `team-${n % 100}`, name: `service-${n}` })
let made = 0

/** As a Rollout reads that was released ten times. */
function make(n: number): void {
  const { namespace, name } = placeOf(n)
  const labels = { 'app.kubernetes.io/part-of': `group-${n % 30}`, team: `group-${n % 30}` }
  const metadata = { namespace, name, labels } as unknown as Obj['metadata']
  api.create({ apiVersion, kind: 'Rollout', metadata, spec: { workload: { name } } })
  setStatus(n, 'at rest')
}

function setStatus(n: number, message: string): void {
  const version = (of: number) => ({
    hash: `5d4f8c7b9${of}`,
    template: `t${of}`,
    set: `service-${n}-5d4f8c7b9${of}`,
    revision: of,
    images: [`registry.test/shop/service-${n}:v1.${of}.0`],
  })
  const at = new Date(1767225600000 + n * 1000).toISOString()
  const history = Array.from({ length: 10 }, (_, run) => ({
    id: 10 - run,
    from: version(9 - run),
    to: version(10 - run),
    result: 'Promoted',
    because: 'every step was passed',
    startedAt: at,
    endedAt: at,
  }))
  const status = { phase: n % 40 === 0 ? 'Paused' : 'Healthy', message, stable: { ...version(10), since: at }, history, lastRun: 10 }
  api.patch({ apiVersion, kind: 'Rollout', ...placeOf(n) }, { type: 'merge', body: { status } }, { subresource: 'status' })
}

function child(file: string, ...args: string[]): ChildProcess {
  return fork(join(import.meta.dirname, file), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}
async function told<T>(of: ChildProcess): Promise<T> {
  const heard = new AbortController()
  const { signal } = heard
  try {
    const ended = once(of, 'exit', { signal }).then(() => Promise.reject(new Error('a process of the bench ended')))
    const [message] = await Promise.race([once(of, 'message', { signal }), ended])
    return message as T
  } finally {
    heard.abort()
  }
}
const asked = <T>(of: ChildProcess): Promise<T> => {
  of.send('?')
  return told<T>(of)
}

interface Memory {
  heapMb: number
  rssMb: number
}

/** Milliseconds until the whole answer was there, and its size on the wire. */
function timed(url: string): Promise<{ ms: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    get(url, { headers: { 'x-test-user': 'anna', 'accept-encoding': 'gzip' } }, (answer) => {
      let bytes = 0
      answer
        .on('data', (piece: Buffer) => {
          bytes += piece.length
        })
        .on('end', () => {
          if (answer.statusCode === 200) resolve({ ms: performance.now() - began, bytes })
          else reject(new Error(`${url}: ${answer.statusCode}`))
        })
    }).on('error', reject)
  })
}
const quantile = (sorted: readonly number[], q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b)

const lists: Figures['lists'] = []
for (const size of sizes) {
  for (; made < size; made++) make(made)
  const server = child('server.ts', listening.url, token)
  const { url } = await told<{ url: string }>(server)
  const memory = await asked<Memory>(server)
  for (const [what, query] of [
    ['first page, 100', 'limit=100'],
    ['page of 500', 'limit=500&sort=name'],
    ['words', 'limit=100&q=service-4 shop'],
  ] as const) {
    const times: number[] = []
    let bytes = 0
    for (let n = 0; n < 330; n++) {
      const one = await timed(`${url}/api/v1/releases?${encodeURI(query)}`)
      bytes = one.bytes
      if (n >= 30) times.push(one.ms)
    }
    const sorted = ascending(times)
    lists.push({ releases: size, what, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), bytes, heapMb: memory.heapMb })
    console.error(
      `${size} releases, ${what}: ${quantile(sorted, 0.5).toFixed(1)} ms, p99 ${quantile(sorted, 0.99).toFixed(1)} ms, ${bytes} bytes`,
    )
  }
  server.disconnect()
}

const server = child('server.ts', listening.url, token)
const { url } = await told<{ url: string }>(server)
const before = await asked<Memory>(server)
const clients = child('clients.ts', url, String(pages))
await told(clients)
const open = await asked<Memory>(server)
console.error(`${pages} pages are open: ${open.heapMb.toFixed(0)} MB of heap, ${before.heapMb.toFixed(0)} MB before`)
const heap: number[] = []
const late: number[] = []
let events = 0
for (let round = 0; round < rounds; round++) {
  // Twenty changes a second, as of some hundred runs under way.
  for (let n = 0; n < 20; n++) {
    setStatus((round * 20 + n) % made, `written at ${Date.now()}`)
    await sleep(50)
  }
  await sleep(100)
  const got = await asked<{ late: number[]; events: number }>(clients)
  late.push(...got.late)
  events = got.events
  heap.push((await asked<Memory>(server)).heapMb)
}
await sleep(500)
const last = await asked<{ late: number[]; events: number }>(clients)
late.push(...last.late)
events = last.events
const after = await asked<Memory>(server)
const sorted = ascending(late)
const half = heap.slice(Math.floor(heap.length / 2))
const streams: Figures['streams'] = {
  pages,
  changes: rounds * 20,
  events,
  missing: rounds * 20 * pages - events,
  p50: quantile(sorted, 0.5),
  p95: quantile(sorted, 0.95),
  p99: quantile(sorted, 0.99),
  heapBeforeMb: before.heapMb,
  heapOpenMb: open.heapMb,
  heapAfterMb: after.heapMb,
  rssAfterMb: after.rssMb,
  slopeKbPerThousandEvents: (((half.at(-1) ?? 0) - (half[0] ?? 0)) * 1024) / ((Math.max(1, half.length - 1) * 20 * pages) / 1000),
}
clients.disconnect()
server.disconnect()
await listening.close()
sandbox.stop()
sandbox.server.stop()

const figures: Figures = { machine: machine(), load, lists, streams }
console.log(page(figures))
if (!quick) {
  const folder = join(import.meta.dirname, '..', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'dashboard.json'), `${JSON.stringify(figures, null, 2)}\n`)
  writeFileSync(join(folder, 'dashboard.md'), page(figures))
}
process.exit(0)
