import { sleep } from '../../controller/src/clock.ts'
import type { HttpRequest, HttpResponse, Transport } from '../../controller/src/kube/types.ts'
import type { SandboxClock } from '../../sandbox/src/types.ts'
import type { Draw } from './random.ts'

/** What can go wrong with a request, and with the stream of a watch. */
export type Blow =
  /** The server answers this instead. */
  | { do: 'answer'; status: number; retryAfterSeconds?: number; reason?: string }
  /** The connection breaks so much later, and the server never heard of it. */
  | { do: 'lose'; afterMs: number }
  /** The server did it; the answer never arrives. */
  | { do: 'lose answer'; afterMs: number }
  | { do: 'delay'; ms: number }
  /** The server did it at once; the answer comes later than what watches tell of it. */
  | { do: 'answer late'; ms: number }
  /** The connection breaks, and what was under way reaches the server so much later; the sender may be dead by then. */
  | { do: 'arrive late'; afterMs: number; lateMs: number; kill: boolean }
  /** The sender is frozen in the middle of it; the request reaches the server meanwhile, the answer waits. */
  | { do: 'freeze'; ms: number; lateMs: number }
  /** Lists come in pages of so many. */
  | { do: 'page'; size: number }
  /** Whoever asks dies, before or after the server did it. */
  | { do: 'kill'; when: 'before' | 'after' }

export interface Hazard {
  fault: string
  /** Instant of its end. */
  until: number
  /** Only of that controller. */
  of?: string
  only?: 'read' | 'list' | 'write' | 'watch'
  /** Path must match. */
  path?: RegExp
  share: number
  /** How often it strikes; for ever when left out. */
  times?: number
  blow: Blow
}

/** What happens to the events of watches. */
export interface Lag {
  fault: string
  until: number
  of?: string
  /** They come so much later, for a path: those of different kinds by different times. */
  ms?(path: string): number
  /** This share of them comes twice. */
  twice?: number
  /** No bookmark comes. */
  unmarked?: boolean
}

/** How a watch is broken: it ends, its connection breaks, it says that its place in history is gone or that the server failed, or it ends within a line. */
export type Cut = 'end' | 'reset' | 'gone' | 'error' | 'torn'

/** A process as the network meets it. */
export interface Sender {
  name: string
  kill(): void
  freeze(ms: number): void
  /** Resolves when it does not stand still. */
  frozen(): Promise<void>
}

/** The network between controllers and the API server. */
export interface Carrier {
  hazards: Hazard[]
  lags: Lag[]
  /** Breaks open watches of a controller, or of all. */
  cut(how: Cut, of?: string): void
  /** The way of one controller. */
  lineOf(of: Sender): Transport
}

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export function carrierOver(
  transport: Transport,
  clock: SandboxClock,
  draw: Draw,
  struck: (fault: string, request: HttpRequest) => void,
): Carrier {
  const hazards: Hazard[] = []
  const lags: Lag[] = []
  const open = new Map<AbortController, { of: string; how?: Cut }>()
  const rest = async (ms: number, signal?: AbortSignal) => {
    await sleep(clock, ms, signal)
    if (signal?.aborted) throw new Error('aborted')
  }
  const hazardFor = (request: HttpRequest, name: string): Hazard | undefined => {
    const now = clock.now()
    for (let at = hazards.length - 1; at >= 0; at--) {
      const hazard = hazards[at]
      if (!hazard || hazard.until <= now || hazard.times === 0) {
        hazards.splice(at, 1)
        continue
      }
      const { of = name, only, path } = hazard
      if (of !== name || !(only === undefined || isOf(only, request)) || !(path?.test(request.path) ?? true)) continue
      if (!draw.chance(hazard.share)) continue
      if (hazard.times !== undefined) hazard.times--
      struck(hazard.fault, request)
      return hazard
    }
    return undefined
  }
  const lagsOf = (name: string): Lag[] => lags.filter(({ until, of = name }) => until > clock.now() && of === name)

  async function* watched(
    response: HttpResponse,
    request: HttpRequest,
    sender: Sender,
    ender: AbortController,
  ): AsyncGenerator<Uint8Array> {
    const place = open.get(ender)
    // Order within a watch is kept however late its events are.
    let due = 0
    try {
      for await (const piece of response.body) {
        let times = 1
        let late = 0
        for (const { fault, ms, twice, unmarked } of lagsOf(sender.name)) {
          const before = times
          if (unmarked && isBookmark(piece)) times = 0
          else if (twice !== undefined && draw.chance(twice)) times = 2
          const more = ms?.(request.path) ?? 0
          late = Math.max(late, more)
          if (more > 0 || times !== before) struck(fault, request)
        }
        due = Math.max(due, clock.now() + late)
        if (due > clock.now()) await rest(due - clock.now(), ender.signal)
        await sender.frozen()
        for (; times > 0; times--) yield piece
      }
    } catch (error) {
      if (place?.how === undefined) throw error
    } finally {
      open.delete(ender)
    }
    if (place?.how === undefined || place.how === 'end') return
    if (place.how === 'reset') throw new Error('socket hang up')
    yield new TextEncoder().encode(lastWords[place.how])
  }

  /** Out of the sender's hands: nothing that happens to it takes the request back. */
  const launched = (request: HttpRequest, lateMs: number): Promise<HttpResponse> => {
    const { signal: _, ...alone } = request
    return new Promise((resolve, reject) => {
      clock.after(lateMs, () => {
        transport.send(alone).then(resolve, reject)
      })
    })
  }

  /** To its end, which a watch does not have. */
  const carriedOut = async (request: HttpRequest): Promise<void> => {
    if (!request.watch) await drained(await launched(request, 0))
  }

  const sent = async (sender: Sender, request: HttpRequest, blow: Blow | undefined): Promise<HttpResponse> => {
    const { signal } = request
    switch (blow?.do) {
      case 'answer':
        return refusal(blow)
      case 'delay':
        await rest(blow.ms, signal)
        break
      case 'lose':
        await rest(blow.afterMs, signal)
        throw new Error('socket hang up')
      case 'kill':
        if (blow.when === 'after') await carriedOut(request)
        return died(sender)
      case 'lose answer':
        await carriedOut(request)
        await rest(blow.afterMs, signal)
        throw new Error('socket hang up')
      case 'answer late': {
        const response = await launched(request, 0)
        await rest(blow.ms, signal)
        return response
      }
      case 'arrive late':
        launched(request, blow.lateMs).then(drained, () => {})
        if (blow.kill) return died(sender)
        await rest(blow.afterMs, signal)
        throw new Error('socket hang up')
      case 'freeze':
        sender.freeze(blow.ms)
        return await launched(request, blow.lateMs)
      default:
        break
    }
    const ender = new AbortController()
    if (request.watch) open.set(ender, { of: sender.name })
    const path = blow?.do === 'page' ? request.path.replace(/\blimit=\d+/, `limit=${blow.size}`) : request.path
    const response = await transport.send({ ...request, path, signal: signal ? AbortSignal.any([signal, ender.signal]) : ender.signal })
    return request.watch ? { ...response, body: watched(response, request, sender, ender) } : response
  }

  return {
    hazards,
    lags,
    cut(how, of) {
      for (const [ender, place] of [...open]) {
        if (of !== undefined && place.of !== of) continue
        place.how = how
        ender.abort()
      }
    },
    lineOf(sender) {
      return {
        async send(request) {
          await sender.frozen()
          await rest(1 + Math.floor(draw.next() * 12), request.signal)
          const response = await sent(sender, request, hazardFor(request, sender.name)?.blow)
          await sender.frozen()
          return response
        },
        close: async () => {},
      }
    },
  }
}

/** Carries for people and their tools, who try again when nobody answers the door. */
export function patient(transport: Transport, clock: SandboxClock): Transport {
  return {
    async send(request) {
      for (;;) {
        try {
          return await transport.send(request)
        } catch (error) {
          if ((error as { code?: string }).code !== 'ECONNREFUSED') throw error
          await sleep(clock, 200)
        }
      }
    },
    close: () => transport.close(),
  }
}

function isOf(sort: 'read' | 'list' | 'write' | 'watch', { method, path, watch }: HttpRequest): boolean {
  if (sort === 'list') return method === 'GET' && !watch && path.includes('limit=')
  return sort === (watch ? 'watch' : writes.has(method) ? 'write' : 'read')
}

async function drained({ body }: HttpResponse): Promise<void> {
  for await (const _piece of body);
}

const bookmark = Buffer.from('"type":"BOOKMARK"')
const isBookmark = (piece: Uint8Array): boolean => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).includes(bookmark)

const failure = (code: number, reason: string, message: string) =>
  `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code } })}\n`

/** What a watch says before it ends. */
const lastWords: Readonly<Record<Exclude<Cut, 'end' | 'reset'>, string>> = {
  gone: failure(410, 'Expired', 'too old resource version'),
  error: failure(500, 'InternalError', 'etcdserver: request timed out'),
  torn: '{"type":"MODIFIED","object":{"kind":"Po',
}

function died({ kill }: Sender): never {
  kill()
  throw new Error('the controller died here')
}

function refusal({ status, retryAfterSeconds, reason }: Extract<Blow, { do: 'answer' }>): HttpResponse {
  const said =
    reason ??
    {
      403: 'Forbidden',
      409: 'Conflict',
      410: 'Expired',
      429: 'TooManyRequests',
      500: 'InternalError',
      503: 'ServiceUnavailable',
      504: 'Timeout',
    }[status] ??
    'Unknown'
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: said, message: `simulated ${status}`, code: status }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  return { status, headers, body: once(new TextEncoder().encode(JSON.stringify(body))) }
}

async function* once(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece
}
