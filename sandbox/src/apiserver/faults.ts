import type { ApiRequest, ApiResponse, SandboxClock } from '../types.ts'

/**
 * Something that goes wrong on purpose.
 * - status: answered with this code instead of being served
 * - reset: the connection breaks, before the request has any effect or, with `when: 'after'`, after it was served
 * - hang: no answer ever; ends with the caller's signal
 * - delay: served after so many milliseconds of the server's clock
 */
export type Fault = {
  match(request: ApiRequest): boolean
  /** How often it strikes; for ever when left out. */
  times?: number
} & (
  | { do: 'status'; code: number; reason?: string; message?: string; retryAfterSeconds?: number }
  | { do: 'reset'; when?: 'before' | 'after' }
  | { do: 'hang' }
  | { do: 'delay'; ms: number }
)

export interface Faults {
  /** Adds a fault; the first one that matches a request strikes. Gives back the way to remove it. */
  add(fault: Fault): () => void
  clear(): void
}

export interface FaultBox extends Faults {
  /** The request's fault, counted as struck. */
  take(request: ApiRequest): Fault | undefined
}

export function createFaults(): FaultBox {
  const faults: { fault: Fault; left: number }[] = []
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
      faults.push(entry)
      return () => {
        entry.left = 0
      }
    },
    clear() {
      faults.length = 0
    },
    take(request) {
      const entry = faults.find(({ fault, left }) => left > 0 && fault.match(request))
      if (!entry) return undefined
      entry.left--
      return entry.fault
    },
  }
}

/** What a client sees of a connection that broke. */
export function connectionError(code: 'ECONNRESET' | 'ECONNREFUSED'): Error {
  return Object.assign(new Error(code === 'ECONNRESET' ? 'socket hang up' : 'connect ECONNREFUSED'), { code })
}

/** Serves a request under a fault. Rejects as a broken connection would. */
export async function struck(
  fault: Fault,
  request: ApiRequest,
  clock: SandboxClock,
  answer: (status: Extract<Fault, { do: 'status' }>) => ApiResponse,
  serve: () => ApiResponse,
): Promise<ApiResponse> {
  switch (fault.do) {
    case 'status':
      return answer(fault)
    case 'delay':
      await pause(clock, fault.ms, request.signal)
      return serve()
    case 'hang':
      return await pause(clock, undefined, request.signal)
    case 'reset': {
      if (fault.when === 'after') await serve().body[Symbol.asyncIterator]().return?.()
      throw connectionError('ECONNRESET')
    }
  }
}

/** Waits so many milliseconds, or for ever; rejects when the signal aborts. */
function pause(clock: SandboxClock, ms: number, signal: AbortSignal | undefined): Promise<void>
function pause(clock: SandboxClock, ms: undefined, signal: AbortSignal | undefined): Promise<never>
function pause(clock: SandboxClock, ms: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = ms === undefined ? () => {} : clock.after(ms, resolve)
    const aborted = (): void => {
      cancel()
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    if (signal?.aborted) aborted()
    else signal?.addEventListener('abort', aborted, { once: true })
  })
}
