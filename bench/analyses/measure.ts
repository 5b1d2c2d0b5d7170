import { setTimeout as sleep } from 'node:timers/promises'
import { quantileSorted } from 'simple-statistics'
import { type Measured, startMeasured } from '../control/process.ts'
import { startHelper } from './child.ts'
import { lagMs, makeAnalyses, makeSource, removeAll } from './objects.ts'
import type { Options } from './options.ts'
import { startApi } from './plane.ts'
import { type Sighting, watchAnalyses } from './sightings.ts'

/** One instant at which an interval of every analysis was due. */
export interface Round {
  /** Milliseconds from due to written, as a watch saw it. */
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Analyses judged before their next interval was due. */
  readonly inTime: number
  readonly queries: number
  readonly readMiB: number
  readonly writtenMiB: number
  readonly cpuSeconds: number
  readonly rssMiB: number
}

export interface Outcome {
  readonly learning: {
    readonly seconds: number
    readonly cpuMillisecondsAnAnalysis: number
    /** Analyses that could learn nothing of one metric or more. */
    readonly without: number
  }
  readonly rounds: readonly Round[]
  readonly statusBytes: number
  readonly recordBytes: number
  readonly peakRssMiB: number
  /** What was said of sources and metrics, and how often. */
  readonly problems: readonly string[]
}

interface Reading {
  readonly cpu: number
  readonly rss: number
  readonly queries: number
  readonly bytes: number
}

const longestLearningMs = 1_800_000
const mib = (bytes: number) => bytes / 2 ** 20

/** Starts everything, lets every analysis learn, measures the intervals that follow. Throws when an analysis ends, or none begins. */
export async function measure(options: Options, say: (line: string) => void): Promise<Outcome> {
  const { analyses, intervals } = options
  const step = options.interval * 1000
  await using all = new AsyncDisposableStack()
  const source = all.adopt(await startHelper(new URL('./source/main.ts', import.meta.url)), (one) => one.stop())
  const api = all.adopt(await startApi(options.plane), (one) => one.stop())
  await makeSource(api.client, source.url)
  const sightings = all.adopt(watchAnalyses(api.client, step, !/^0+[hms]$/.test(options.history)), (one) => one.stop())
  const controller = all.adopt(await started(api.kubeconfig, options), (one) => one.end('SIGTERM'))
  await controller.ready()
  const read = () => reading(controller, source.url)

  const began = Date.now()
  const before = await read()
  if (options.plane.kind === 'given') all.defer(() => removeAll(api.client, options))
  await makeAnalyses(api.client, options)
  say(`${analyses} analyses made in ${inSeconds(began)} s`)
  while (sightings.ready() < analyses) {
    if (Date.now() - began > longestLearningMs)
      throw new Error(`${sightings.ready()} of ${analyses} analyses were ready within half an hour`)
    await sleep(100)
  }
  const learned = await read()
  const learning = {
    seconds: inSeconds(began),
    cpuMillisecondsAnAnalysis: (1000 * (learned.cpu - before.cpu)) / analyses,
    without: sightings.unlearned(),
  }
  say(
    `all have learned after ${learning.seconds} s, ${Math.round(learning.cpuMillisecondsAnAnalysis)} ms of CPU each, ${learning.without} of them nothing`,
  )

  // All intervals lie on one grid. Those that were over while some still learned are caught up with before the measuring begins.
  const first = Math.ceil((Date.now() + 1000 - lagMs) / step) * step + step
  const ends = Array.from({ length: intervals }, (_, at) => first + at * step)
  const readings: Reading[] = []
  for (const end of [...ends, first + intervals * step]) {
    await sleep(Math.max(0, end + lagMs - Date.now()))
    readings.push(await read())
    const { count, because } = sightings.over()
    if (count > 0) throw new Error(`${count} analyses have ended; one of them ${because}`)
    say(`${readings.length - 1} of ${intervals} intervals measured`)
  }
  const last = Date.now() + step
  const judged = (end: number) => sightings.all().filter((sighting) => sighting.end === end)
  while (Date.now() < last && ends.some((end) => judged(end).length < analyses)) await sleep(100)

  const rounds = ends.map((end, at): Round => roundOf(judged(end), end, step, readings[at], readings[at + 1]))
  const final = judged(ends.at(-1) ?? 0)
  return {
    learning,
    rounds,
    statusBytes: mean(final.map(({ statusBytes }) => statusBytes)),
    recordBytes: mean(final.map(({ recordBytes }) => recordBytes)),
    peakRssMiB: controller.rss().peak,
    problems: [...sightings.problems()].map(([sentence, times]) => `${times} times: ${sentence}`),
  }
}

function started(kubeconfig: string, { profile }: Options): Promise<Measured> {
  return startMeasured(kubeconfig, {
    flags: ['--source-allow', '127.0.0.0/8'],
    nodeFlags: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
  })
}

async function reading(controller: Measured, url: string): Promise<Reading> {
  const counts = (await (await fetch(`${url}/counts`)).json()) as { queries: number; bytes: number }
  return { ...counts, cpu: controller.cpu(), rss: controller.rss().now }
}

function roundOf(judged: readonly Sighting[], end: number, step: number, before?: Reading, after?: Reading): Round {
  const delays = judged.map(({ at }) => at - end - lagMs).sort((a, b) => a - b)
  const quantile = (p: number) => (delays.length === 0 ? Number.NaN : Math.round(quantileSorted(delays, p)))
  const made = (value: (reading: Reading) => number) => (before && after ? value(after) - value(before) : Number.NaN)
  return {
    medianMs: quantile(0.5),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
    inTime: delays.filter((delay) => delay < step).length,
    queries: made(({ queries }) => queries),
    readMiB: mib(made(({ bytes }) => bytes)),
    writtenMiB: mib(judged.reduce((sum, { statusBytes }) => sum + statusBytes, 0)),
    cpuSeconds: made(({ cpu }) => cpu),
    rssMiB: after?.rss ?? Number.NaN,
  }
}

const inSeconds = (since: number) => Math.round((Date.now() - since) / 100) / 10
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
