import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Io, lookOf } from '../../controller/src/cli/io.ts'
import { screen } from '../../controller/src/cli/screen.ts'
import type { Listening } from '../../sandbox/src/apiserver/listen.ts'
import type { Demo } from './cluster.ts'
import type { Home } from './home.ts'
import { manifestFolder, serviceNames } from './services.ts'
import { story } from './story.ts'
import { type Sample, sample, trafficBetween } from './traffic.ts'
import { people } from './users.ts'
import { demoView, type ServiceView } from './view.ts'

const frameMs = 500
/** Rates are over so many milliseconds: long enough to be calm, short enough to follow. */
const rateWindowMs = 5_000

/** Serves the demo's API on loopback: on that port, or, when something else has it, on any free one. */
export async function serveApi({ sandbox }: Demo, port: number): Promise<Listening> {
  try {
    return await sandbox.listen(port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    return sandbox.listen(0)
  }
}

/** Where things are served on loopback, if nothing else has those ports. */
export interface Ports {
  port: number
  dashboardPort: number
}

/** What is said once, above the live view. */
export function introduction(home: Home, urls: { api: string; dashboard: string }, wanted: Ports): string {
  const otherwise = [movedFrom(wanted.dashboardPort, urls.dashboard, 'dashboard'), movedFrom(wanted.port, urls.api, 'API')].join('')
  const who = Object.entries(people).map(([name, does]) => `${name} (${does})`)
  const manifests = relative(process.cwd(), fileURLToPath(manifestFolder))
  return `Dashboard: ${urls.dashboard}
Log in as ${who.slice(0, -1).join(', ')} or ${who.at(-1)}; then open a release, ship a good, a slow or a broken version of it by a button, and watch.

Serin guards the releases of three services in a cluster inside this process: checkout (canary on a route, by evidence), search (blue/green)
and mail (pods in proportion). They get requests all the time. Images: v1 v2 good, v3 fails 5 %, v4 slow, missing never starts.
${otherwise}
  export KUBECONFIG=${home.kubeconfig} PATH=${home.bin}:$PATH

  kubectl set image deployment/checkout web=checkout:v2    # a good version: promoted as soon as the evidence suffices
  kubectl set image deployment/checkout web=checkout:v3    # a bad one: rolled back by itself after a handful of bad answers
  serin record checkout                                    # everything that was judged; serin judge --replay judges it again
  kubectl set image deployment/search web=search:v2        # blue/green: it waits beside the old version for you ...
  serin promote search                                     # ... to switch
  serin get checkout --watch

Manifests: ${manifests}/*.yaml. Log of the controller: ${home.logFile}. Ctrl-C ends it all.
`
}

function movedFrom(wanted: number, url: string, what: string): string {
  return wanted === 0 || new URL(url).port === String(wanted) ? '' : `\nPort ${wanted} is taken; the ${what} is at ${url} instead.\n`
}

/** Shows what goes on until the signal aborts: on a terminal a picture that is drawn anew, else a line whenever something happens. */
export async function showLive(demo: Demo, io: Pick<Io, 'out' | 'isTty' | 'rows' | 'columns' | 'env'>, signal: AbortSignal): Promise<void> {
  if (!io.isTty) return tellChanges(demo, io.out, signal)
  const place = screen(io)
  const samples: Sample[] = []
  await every(frameMs, signal, () => {
    samples.push(sample(demo.sandbox))
    while ((samples[1]?.at ?? Number.POSITIVE_INFINITY) <= demo.clock.now() - rateWindowMs) samples.shift()
    place.show(demoView(lookOf(io), views(demo, samples), demo.clock.now()))
  })
}

function views(demo: Demo, samples: readonly Sample[]): ServiceView[] {
  const [first] = samples
  const last = samples.at(-1)
  return serviceNames.map((name) => ({
    name,
    status: demo.status(name),
    traffic: first && last ? trafficBetween(first, last, name) : [],
  }))
}

async function tellChanges({ sandbox, clock }: Demo, out: (text: string) => void, signal: AbortSignal): Promise<void> {
  const unfollow = sandbox.api.onChange(({ object, old }) => {
    if (object.kind !== 'Rollout' || !object.status) return
    const time = new Date(clock.now()).toISOString().slice(11, 19)
    for (const line of story(old?.status, object.status)) out(`${time} ${object.metadata.name}: ${line}\n`)
  })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  unfollow()
}

/** Calls it at once and then every so many real milliseconds. What it gives is waited for. */
export async function every(ms: number, signal: AbortSignal, fn: () => void | Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await fn()
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done, { once: true })
    })
  }
}
