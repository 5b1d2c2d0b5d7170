import { sleep } from '../../controller/src/clock.ts'
import { SourceError } from '../../controller/src/metrics/errors.ts'
import type { SourceRequest } from '../../controller/src/metrics/provider.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import type { Change } from '../../sandbox/src/api.ts'
import type { SandboxClock } from '../../sandbox/src/types.ts'
import { shopOf } from './book.ts'
import { hash } from './random.ts'
import { errorShareOf, failedMs } from './versions.ts'

/** What is wrong with the source. */
export type SourceFault =
  | { do: 'down' }
  | { do: 'answer'; status: number }
  | { do: 'slow'; ms: number }
  /** Answers with nothing. */
  | { do: 'empty' }
  /** Its newest samples are so old. */
  | { do: 'behind'; ms: number }
  /** Its values are no numbers. */
  | { do: 'nonsense' }
  /** Says that every request failed, of every version or of about half of them. */
  | { do: 'lie'; about: 'all' | 'odd' | 'even' }

export interface Source extends SourceTransport {
  enter(change: Change): void
  /** Requests a second that pods get from now on, by uid; those that are not named keep what they have. */
  tell(requests: ReadonlyMap<string, number>): void
  /** Until an instant. `struck` is told of whose analysis met it. */
  break(fault: SourceFault, until: number, struck: (shop: string | undefined) => void): void
  queries(): number
}

interface PodSeen {
  namespace: string
  name: string
  version: string
  from: number
  to: number
  /** What its counters showed whenever its requests a second changed, in order. */
  counted: Counted[]
}

const hooks = 'hooks.test'

interface Counted {
  at: number
  all: number
  failed: number
  /** Requests a second from then on. */
  rate: number
}

/** Requests a second that a pod answers until somebody tells otherwise. */
const usualRate = 400

/** What a pod's counters would show at an instant. */
function countedAt({ version, from, counted }: PodSeen, at: number): { all: number; failed: number } {
  const last = counted.findLast((one) => one.at <= at)
  if (!last) return { all: 0, failed: 0 }
  const failed = failedMs(version, at - from) - failedMs(version, last.at - from)
  return { all: last.all + (last.rate * (at - last.at)) / 1000, failed: last.failed + (last.rate * failed) / 1000 }
}

const liesAbout = (wrong: SourceFault | undefined, version: string): boolean =>
  wrong?.do === 'lie' && (wrong.about === 'all' || (hash(version) % 2 === 1) === (wrong.about === 'odd'))

/** The shop whose analysis asks; undefined where the question does not say so. */
export function shopAsking({ url, body = '' }: SourceRequest): string | undefined {
  if (new URL(url).hostname === hooks) return shopOf(JSON.parse(body).rollout)
  const query = new URLSearchParams(body || new URL(url).search).get('query') ?? ''
  return /pod=~"\W*([a-z0-9]+)/.exec(query)?.[1]
}

/**
 * A Prometheus that scraped every pod that ever was: what their counters showed at any instant follows from their version and from the requests they got.
 * Beside it, at hooks.test, a webhook that says yes.
 */
export function sourceOver(clock: SandboxClock): Source {
  const pods = new Map<string, PodSeen>()
  let fault: { fault: SourceFault; until: number; struck: (shop: string | undefined) => void } | undefined
  let queries = 0

  const now = (request: SourceRequest): SourceFault | undefined => {
    if (!fault || fault.until <= clock.now()) return undefined
    fault.struck(shopAsking(request))
    return fault.fault
  }
  const answerTo = (form: URLSearchParams, wrong: SourceFault | undefined): unknown => {
    const query = form.get('query') ?? ''
    const pattern = /pod=~"((?:[^"\\]|\\.)*)"/.exec(query)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? '.*'
    const namespace = /namespace="([^"]*)"/.exec(query)?.[1]
    const matches = new RegExp(`^(?:${pattern})$`)
    const newest = clock.now() - (wrong?.do === 'behind' ? wrong.ms : 0)
    const meant = wrong?.do === 'empty' ? [] : [...pods.values()].filter((pod) => pod.namespace === namespace && matches.test(pod.name))
    const count = (pod: PodSeen, at: number): number => {
      const { all, failed } = countedAt(pod, at)
      return Math.floor(query.startsWith('bad') && !liesAbout(wrong, pod.version) ? failed : all)
    }
    const shown = (value: number) => (wrong?.do === 'nonsense' ? 'NaN' : String(value))
    const there = (pod: PodSeen, at: number) => at >= pod.from && at <= pod.to && at <= newest
    if (form.has('time')) {
      const at = Math.min(newest, Number(form.get('time')) * 1000)
      const shares = meant
        .filter((pod) => there(pod, at))
        .map(({ version, from }) => (liesAbout(wrong, version) ? 1 : errorShareOf(version, at - from)))
      const value = shares.length === 0 ? [] : [{ metric: {}, value: [at / 1000, shown(Math.max(...shares))] }]
      return { resultType: 'vector', result: value }
    }
    const [start, end, step] = ['start', 'end', 'step'].map((key) => Math.round(Number(form.get(key)) * 1000)) as [number, number, number]
    const result = meant.flatMap((pod) => {
      const values: [number, string][] = []
      for (let at = start; at <= end; at += step) if (there(pod, at)) values.push([at / 1000, shown(count(pod, at))])
      return values.length === 0 ? [] : [{ metric: { pod: pod.name }, values }]
    })
    return { resultType: 'matrix', result }
  }

  return {
    enter({ type, object }) {
      if (object.kind !== 'Pod') return
      const { uid = '', name, namespace = '' } = object.metadata
      const known = pods.get(uid)
      if (type === 'DELETED' && known) known.to = clock.now()
      if (known || type === 'DELETED') return
      const image: string = object.spec.containers[0].image
      const from = clock.now()
      const counted = [{ at: from, all: 0, failed: 0, rate: usualRate }]
      pods.set(uid, { namespace, name, version: image.slice(image.indexOf(':') + 1), from, to: Number.POSITIVE_INFINITY, counted })
    },
    tell(requests) {
      const at = clock.now()
      for (const [uid, rate] of requests) {
        const pod = pods.get(uid)
        if (pod && pod.counted.at(-1)?.rate !== rate) pod.counted.push({ at, ...countedAt(pod, at), rate })
      }
    },
    break(next, until, struck) {
      fault = { fault: next, until, struck }
    },
    queries: () => queries,
    async send(request) {
      const { url, body, timeoutMs } = request
      queries++
      const wrong = now(request)
      await sleep(clock, 3)
      if (wrong?.do === 'down') throw new SourceError('down', 'the connection was refused')
      if (wrong?.do === 'slow') {
        await sleep(clock, Math.min(wrong.ms, timeoutMs))
        if (wrong.ms >= timeoutMs) throw new SourceError('down', 'no answer in time')
      }
      if (wrong?.do === 'answer') return { status: wrong.status, headers: { 'content-type': 'text/plain' }, text: 'simulated' }
      if (new URL(url).hostname === hooks) return { status: 200, headers: { 'content-type': 'application/json' }, text: '{"ok":true}' }
      const form = new URLSearchParams(body ?? new URL(url).search)
      const text = JSON.stringify({ status: 'success', data: answerTo(form, wrong) })
      return { status: 200, headers: { 'content-type': 'application/json' }, text }
    },
    close: async () => {},
  }
}
