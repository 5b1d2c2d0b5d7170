// What `npm start` runs. Composition root: flags -> cluster -> tour or live view -> end.
import { type Log, silentLog } from '../../controller/src/kube/log.ts'
import { type VirtualClock, virtualClock } from '../../sandbox/src/virtualClock.ts'
import { type Demo, startDemo } from './cluster.ts'
import { type Flags, help, parseFlags } from './flags.ts'
import { gitOps } from './gitops.ts'
import { makeHome } from './home.ts'
import { every, introduction, type Ports, serveApi, showLive } from './live.ts'
import { serviceNames } from './services.ts'
import { playTour, TourError, type TourResult } from './tour.ts'

/** A tour that goes on in real time afterwards is played in the past, this far back, and then catches up with the present. */
const headStartMs = 15 * 60_000
/** How long the cluster has been there when it is shown. */
const pastMs = 5 * 60_000
/** The whole end has a second. */
const patienceMs = 600

const { stdout, stderr } = process
const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C, or an end that hangs.
    if (ended.signal.aborted) process.exit(130)
    ended.abort()
    setTimeout(() => process.exit(0), patienceMs + 300).unref()
  })
}
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    ended.abort()
  })
}

const parsed = parseFlags(process.argv.slice(2))
switch (parsed.do) {
  case 'help':
    stdout.write(help)
    break
  case 'refuse':
    stderr.write(`error: ${parsed.because}\n\`npm start -- --help\` says what there is.\n`)
    process.exitCode = 2
    break
  case 'start':
    try {
      await start(parsed.flags)
    } catch (error) {
      if (!(error instanceof TourError)) throw error
      stderr.write(`error: ${error.message}\n`)
      process.exitCode = ended.signal.aborted ? 130 : 1
    }
    process.exit()
}

async function start({ port, dashboardPort, scenario, exit, seed }: Flags): Promise<void> {
  if (scenario === undefined) {
    // A few minutes have passed already when it begins: by them the judge knows how much like pods differ.
    const clock = virtualClock(Date.now() - pastMs)
    await live(
      { port, dashboardPort },
      async (log) => {
        const demo = await startDemo({ clock, seed, log })
        gitOps(demo.sandbox).sync('apply')
        // A change made before a first version serves would go in unjudged: nobody gets the address until then.
        await clock.runUntil(() => serviceNames.every((name) => demo.status(name)?.phase === 'Healthy'), { atMost: 60_000 })
        demo.startTraffic()
        return demo
      },
      paceOf(clock),
    )
  } else if (exit) {
    const began = performance.now()
    const { result } = await tour(virtualClock(), seed, silentLog)
    const { promoted, rolledBack, failedRequests, badAnswers } = result
    const seconds = Math.round((performance.now() - began) / 100) / 10
    stdout.write(`${JSON.stringify({ promoted, rolledBack, failedRequests, badAnswers, seconds })}\n`)
  } else {
    const clock = virtualClock(Date.now() - headStartMs)
    await live({ port, dashboardPort }, async (log) => (await tour(clock, seed, log)).demo, paceOf(clock))
  }
}

/** Lets the cluster's time catch up with the real one. */
function paceOf(clock: VirtualClock): () => Promise<void> {
  return async () => clock.advance(Math.max(0, Date.now() - clock.now()))
}

async function tour(clock: VirtualClock, seed: number, log: Log): Promise<{ demo: Demo; result: TourResult }> {
  const demo = { ...(await startDemo({ clock, seed, log })), clock }
  const result = await playTour(demo, (line) => void stderr.write(`${line}\n`), ended.signal)
  const { promoted, rolledBack, failedRequests, badAnswers, virtualSeconds } = result
  stderr.write(
    `${promoted} releases promoted, ${rolledBack} rolled back; users saw ${badAnswers} bad answers of bad versions, and ${failedRequests} requests were lost; ${virtualSeconds} s of the cluster's time.\n`,
  )
  return { demo, result }
}

/** npm does not hand SIGTERM on: where it started this, its end is the end of this too. */
async function orphaned(): Promise<void> {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined) return
  await every(500, ended.signal, () => {
    if (process.ppid !== parent) ended.abort()
  })
}

/** What the tour alone does without. Made ready beside the cluster, which needs its seconds too. */
async function dashboardParts() {
  const [{ builtPage }, { serveDashboard }] = await Promise.all([import('../page.ts'), import('./dashboard.ts')])
  return { page: await builtPage(), serveDashboard }
}

/** Serves and shows a demo until somebody ends it. `pace` moves its time. */
async function live(ports: Ports, make: (log: Log) => Promise<Demo>, pace: () => Promise<void>): Promise<void> {
  const home = await makeHome()
  try {
    const [demo, { page, serveDashboard }] = await Promise.all([make(home.log), dashboardParts()])
    await pace()
    const [listening, dashboard] = await Promise.all([
      serveApi(demo, ports.port),
      serveDashboard(demo, ports.dashboardPort, page, home.log),
    ])
    await home.serve(listening.url)
    stdout.write(`${introduction(home, { api: listening.url, dashboard: dashboard.url }, ports)}\n`)
    const io = {
      out: (text: string) => void stdout.write(text),
      isTty: stdout.isTTY === true,
      env: process.env,
      get columns() {
        return stdout.columns ?? 80
      },
      get rows() {
        return stdout.rows ?? 24
      },
    }
    await Promise.all([showLive(demo, io, ended.signal), every(50, ended.signal, pace), orphaned()])
    await Promise.all([dashboard.close(100).then(() => demo.stop(patienceMs)), listening.close()])
  } finally {
    await home.remove()
  }
}
