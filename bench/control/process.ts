import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../../test/cluster/freePorts.ts'

/** The controller as its users run it: a process of its own, watched from outside. */
export interface Measured {
  ready(): Promise<number>
  /** CPU seconds so far. */
  cpu(): number
  /** MiB now, and at most so far. */
  rss(): { now: number; peak: number }
  requests(): Promise<Requests>
  /** The page of its metrics. */
  metrics(): Promise<string>
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Requests by verb and resource, as the controller's own metrics count them. */
export type Requests = Map<string, number>

const clockTicks = 100
const root = join(import.meta.dirname, '..', '..')

export interface MeasuredOptions {
  election?: boolean
  /** What is run. Default: the sources. */
  program?: string
  /** Further flags of the controller. */
  flags?: readonly string[]
  /** Further flags of its Node. */
  nodeFlags?: readonly string[]
}

export async function startMeasured(kubeconfig: string, options: MeasuredOptions = {}): Promise<Measured> {
  const [port = 0] = await freePorts(1)
  const began = Date.now()
  const args = [
    '--max-semi-space-size=8',
    ...(options.nodeFlags ?? []),
    options.program ?? 'controller/src/main.ts',
    '--kubeconfig',
    kubeconfig,
    '--listen',
    `127.0.0.1:${port}`,
    '--log-level',
    'warn',
    '--lease-namespace',
    'serin-system',
    ...(options.flags ?? []),
  ]
  const child = spawn(process.execPath, [...args, ...(options.election ? [] : ['--no-leader-election'])], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return {
    async ready() {
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
        if (answer?.ok) return (Date.now() - began) / 1000
        if (child.exitCode !== null) throw new Error(`the controller ended with ${child.exitCode}`)
        await sleep(20)
      }
    },
    cpu: () => cpuOf(child),
    rss: () => rssOf(child),
    requests: async () => requestsIn(await metrics()),
    metrics,
    end: (signal) =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill(signal)
      }),
  }
}

function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / clockTicks
}

function rssOf({ pid }: ChildProcess): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mib = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
  return { now: mib('VmRSS'), peak: mib('VmHWM') }
}

export function requestsIn(text: string): Requests {
  const counts: Requests = new Map()
  for (const [, labels = '', value = '0'] of text.matchAll(/^rest_client_requests_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
    const key = `${label('verb')} ${label('resource')}`
    counts.set(key, (counts.get(key) ?? 0) + Number(value))
  }
  return counts
}

export const writes = (requests: Requests): number =>
  sum(requests, ([key]) => /^(create|update|patch|apply|delete)/.test(key) && !/ (events|leases|\w+reviews)\b/.test(key))
export const events = (requests: Requests): number => sum(requests, ([key]) => / events\b/.test(key) && !/^(list|watch|get)/.test(key))
export const reads = (requests: Requests): number => sum(requests, ([key]) => /^(get|list)/.test(key) && !/ leases\b/.test(key))

export function difference(after: Requests, before: Requests): Requests {
  return new Map(
    [...after].map(([key, count]): [string, number] => [key, count - (before.get(key) ?? 0)]).filter(([, count]) => count !== 0),
  )
}

function sum(requests: Requests, counts: (entry: [string, number]) => boolean): number {
  return [...requests].filter(counts).reduce((total, [, count]) => total + count, 0)
}
