import type { Api, KindInfo } from '../api.ts'
import { ApiError, type ApiRequest, type ApiResponse, type SandboxClock, type User } from '../types.ts'
import { bootstrap } from './bootstrap.ts'
import type { Core } from './core.ts'
import { followCrds } from './crds.ts'
import { connectionError, createFaults, type Faults, struck } from './faults.ts'
import { errorAnswer, served } from './handler.ts'
import { inProcessApi } from './inProcessApi.ts'
import type { LineStream } from './lineStream.ts'
import { type Listening, listening } from './listen.ts'
import { random } from './random.ts'
import { rbac } from './rbac.ts'
import { createRegistry } from './registry.ts'
import { createStore } from './store.ts'
import { createUsers } from './users.ts'

export interface ApiServerOptions {
  clock: SandboxClock
  /** Users by bearer token, beside `admin` of system:masters. */
  tokens?: Record<string, User>
  /** Uids and generated names follow from it. */
  seed?: number
  /** Commits of a resource that can be watched or listed from afterwards; older revisions are Expired. */
  history?: number
  /** The admission plugin OwnerReferencesPermissionEnforcement; off, as it is by default. */
  enforceOwnerReferences?: boolean
}

/** A Kubernetes API in this process. */
export interface ApiServer {
  /** For controllers in the same process: synchronous. */
  readonly api: Api
  readonly faults: Faults
  /** One HTTP exchange without a socket. Rejects only where a connection would break. */
  handle(request: ApiRequest): Promise<ApiResponse>
  /**
   * The same over HTTP, on loopback; port 0 takes a free one. kubectl sends no token over plain HTTP, so whoever comes
   * without one is the bearer of `defaultToken`: `admin`, or nobody with the empty text.
   */
  listen(port: number, options?: { defaultToken?: string }): Promise<Listening>
  /** Every kind and version served right now. */
  kinds(): readonly KindInfo[]
  /** The newest resourceVersion given out. */
  revision(): string
  /** Forgets history: watches and lists from older revisions are answered 410. Open watches go on. */
  expireHistory(): void
  /** Ends every open watch, in order or as a broken connection. */
  dropWatches(how?: 'end' | 'reset'): void
  /** Breaks every watch and refuses connections for so many milliseconds of the clock. */
  restart(downMs?: number): void
  /** Ends every watch and refuses connections for good. */
  stop(): void
}

const defaultHistory = 10_000
const defaultDownMs = 1_000

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock, seed = 1, history = defaultHistory } = options
  const admin: User = { username: 'admin', groups: ['system:masters'] }
  const users = createUsers({ admin, ...options.tokens }, () => clock.now())
  const store = createStore(history)
  const core: Core = {
    store,
    kinds: createRegistry(),
    clock,
    random: random(seed),
    authorize: rbac(store),
    enforceOwnerReferences: options.enforceOwnerReferences ?? false,
  }
  const open = new Set<LineStream>()
  const faults = createFaults()
  const api = inProcessApi(core)
  let down = false
  let wake: () => void = () => {}
  followCrds(core, open)
  bootstrap(api)

  function dropWatches(how: 'end' | 'reset' = 'end'): void {
    for (const stream of [...open]) stream.end(how === 'reset' ? connectionError('ECONNRESET') : undefined)
  }

  async function handle(request: ApiRequest): Promise<ApiResponse> {
    if (down) throw connectionError('ECONNREFUSED')
    const serve = (): ApiResponse => {
      if (down) throw connectionError('ECONNRESET')
      return served(core, users, open, request)
    }
    const fault = faults.take(request)
    if (!fault) return serve()
    const failed = ({
      code,
      reason,
      message,
      retryAfterSeconds,
    }: {
      code: number
      reason?: string
      message?: string
      retryAfterSeconds?: number
    }) =>
      errorAnswer(
        new ApiError(code, reason ?? reasonOf(code), message ?? `the server answers ${code} for a test`, {
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        }),
      )
    return struck(fault, request, clock, failed, serve)
  }

  return {
    api,
    faults,
    handle,
    listen: (port, { defaultToken = 'admin' } = {}) =>
      listening(port, (request) => {
        if (request.headers?.authorization || defaultToken === '') return handle(request)
        return handle({ ...request, headers: { ...request.headers, authorization: `Bearer ${defaultToken}` } })
      }),
    kinds: () => core.kinds.all(),
    revision: () => String(store.revision()),
    expireHistory: () => store.expire(),
    dropWatches,
    restart(downMs = defaultDownMs) {
      down = true
      dropWatches('reset')
      wake()
      wake = clock.after(downMs, () => {
        down = false
      })
    },
    stop() {
      down = true
      wake()
      dropWatches('end')
    },
  }
}

/** The reason that goes with a code when a test names none. */
function reasonOf(code: number): string {
  switch (code) {
    case 401:
      return 'Unauthorized'
    case 403:
      return 'Forbidden'
    case 404:
      return 'NotFound'
    case 409:
      return 'Conflict'
    case 410:
      return 'Expired'
    case 422:
      return 'Invalid'
    case 429:
      return 'TooManyRequests'
    case 503:
      return 'ServiceUnavailable'
    case 504:
      return 'Timeout'
    default:
      return 'InternalError'
  }
}
