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
  /** Whoever asks dies, before or after the server did it. */
  | { do: 'kill'; when: 'before' | 'after' }

export interface Hazard {
  fault: string
  /** Instant of its end. */
  until: number
  /** Only of that controller. */
  of?: string
  only?: 'read' | 'write' | 'watch'
  /** Path must match. */
  path?: RegExp
  share: number
  /** How often it strikes; for ever when left out. */
  times?: number
  blow: Blow
}

/** What happens to the events of watches: they come later, those of different kinds by different times. */
export interface Lag {
  fault: string
  until: number
  of?: string
  /** Milliseconds for a path. */
  ms(path: string): number
}

/** The network between controllers and the API server. */
export interface Carrier {
  hazards: Hazard[]
  lags: Lag[]
  /** Breaks open watches of a controller, or of all; `gone`: they learn that their place in history is lost. */
  cut(how: 'end' | 'reset' | 'gone', of?: string): void
  /** The way of one controller; dead ones carry nothing. */
  lineOf(of: { name: string; kill(): void; frozen(): Promise<void> }): Transport
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
  const open = new Map<AbortController, { of: string; how?: 'end' | 'reset' | 'gone' }>()
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
      const sort = request.watch ? 'watch' : writes.has(request.method) ? 'write' : 'read'
      if ((hazard.of ?? name) !== name || (hazard.only ?? sort) !== sort || !(hazard.path?.test(request.path) ?? true)) continue
      if (!draw.chance(hazard.share)) continue
      if (hazard.times !== undefined) hazard.times--
      struck(hazard.fault, request)
      return hazard
    }
    return undefined
  }
  const lagOf = (path: string, name: string): number => {
    let most = 0
    for (const lag of lags) if (lag.until > clock.now() && (lag.of ?? name) === name) most = Math.max(most, lag.ms(path))
    return most
  }

  async function* watched(response: HttpResponse, request: HttpRequest, name: string, ender: AbortController): AsyncGenerator<Uint8Array> {
    const place = open.get(ender)
    // Order within a watch is kept however late its events are.
    let due = 0
    try {
      for await (const piece of response.body) {
        due = Math.max(due, clock.now() + lagOf(request.path, name))
        if (due > clock.now()) {
          for (const lag of lags) if (lag.until > clock.now() && (lag.of ?? name) === name) struck(lag.fault, request)
          await rest(due - clock.now(), ender.signal)
        }
        yield piece
      }
    } catch (error) {
      if (place?.how === undefined || place.how === 'reset') throw error
      if (place.how === 'gone') yield new TextEncoder().encode(`${JSON.stringify(expired)}\n`)
    } finally {
      open.delete(ender)
    }
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
    lineOf({ name, kill, frozen }) {
      return {
        async send(request) {
          await frozen()
          await rest(1 + Math.floor(draw.next() * 12), request.signal)
          const blow = hazardFor(request, name)?.blow
          if (blow?.do === 'delay') await rest(blow.ms, request.signal)
          if (blow?.do === 'answer') return refusal(blow)
          if (blow?.do === 'lose') {
            await rest(blow.afterMs, request.signal)
            throw new Error('socket hang up')
          }
          if (blow?.do === 'kill' && blow.when === 'before') return died(kill)
          const ender = new AbortController()
          const { signal } = request
          if (request.watch) open.set(ender, { of: name })
          const lasting = blow?.do === 'lose answer' || blow?.do === 'kill'
          const response = await transport.send({
            ...request,
            ...(lasting ? { signal: ender.signal } : { signal: signal ? AbortSignal.any([signal, ender.signal]) : ender.signal }),
          })
          if (blow?.do === 'lose answer' || blow?.do === 'kill') {
            if (!request.watch) for await (const _piece of response.body);
            if (blow.do === 'kill') return died(kill)
            await rest(blow.afterMs, signal)
            throw new Error('socket hang up')
          }
          await frozen()
          return request.watch ? { ...response, body: watched(response, request, name, ender) } : response
        },
        close: async () => {},
      }
    },
  }
}

const expired = {
  type: 'ERROR',
  object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', message: 'too old resource version', code: 410 },
}

function died(kill: () => void): never {
  kill()
  throw new Error('the controller died here')
}

function refusal({ status, retryAfterSeconds, reason }: Extract<Blow, { do: 'answer' }>): HttpResponse {
  const said = reason ?? { 409: 'Conflict', 429: 'TooManyRequests', 500: 'InternalError', 503: 'ServiceUnavailable' }[status] ?? 'Unknown'
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: said, message: `simulated ${status}`, code: status }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  return { status, headers, body: once(new TextEncoder().encode(JSON.stringify(body))) }
}

async function* once(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece
}
