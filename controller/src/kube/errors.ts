/** What a failed request to a Kubernetes API becomes. */

export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
}

interface Failure {
  /** HTTP status; 0 when there was no answer at all. */
  status: number
  /** The API's reason word, or 'Unreachable', 'Aborted', 'Undecipherable', 'UnknownKind' when the failure is on our side of the wire. */
  reason: string
  message: string
  details?: StatusDetails
  retryAfterSeconds?: number
  /** The request was a JSON Patch with a `test` in it. */
  tested?: boolean
  cause?: unknown
}

/**
 * A request that failed, with what the server said about it. `status` 0 means that no answer came: the server may or
 * may not have acted on the request.
 */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly status: number
  readonly reason: string
  readonly details: StatusDetails | undefined
  readonly retryAfterSeconds: number | undefined
  readonly #tested: boolean

  constructor(failure: Failure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.status = failure.status
    this.reason = failure.reason
    this.details = failure.details
    this.retryAfterSeconds = failure.retryAfterSeconds ?? failure.details?.retryAfterSeconds
    this.#tested = failure.tested ?? false
  }

  /**
   * Somebody else changed the object first: look again, then decide anew. Also true for a JSON Patch whose `test` failed
   * (the API server reports that as 422 Invalid without naming a field), but not for a 422 that complains about fields.
   */
  get conflict(): boolean {
    if (this.status === 409) return this.reason !== 'AlreadyExists'
    return this.status === 422 && this.#tested && !this.details?.causes?.some((cause) => cause.field)
  }
  get notFound(): boolean {
    return this.status === 404
  }
  get alreadyExists(): boolean {
    return this.status === 409 && this.reason === 'AlreadyExists'
  }
  get forbidden(): boolean {
    return this.status === 403
  }
  /** The server read the object and refuses its content; the same write will be refused again. */
  get invalid(): boolean {
    return this.status === 422 && !this.conflict
  }
  /** The resourceVersion asked for is no longer kept: list again. */
  get gone(): boolean {
    return this.status === 410
  }
  /** No answer, or one that says "not now": the same request may succeed later. */
  get transient(): boolean {
    return this.status === 0 ? this.reason === 'Unreachable' : this.status === 408 || this.status === 429 || this.status >= 500
  }
}

/** Reads a metav1.Status; anything else becomes an error with the first words of the body as its message. */
export function statusError(status: number, body: string, options: { retryAfter?: string; tested?: boolean } = {}): KubeError {
  const seconds = retryAfterSeconds(options.retryAfter)
  const common = { tested: options.tested ?? false, ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) }
  const parsed = parseStatus(body)
  if (!parsed) {
    const words = body.trim().slice(0, 200)
    return new KubeError({ status, reason: httpReason(status), message: words || `the server answered ${status}`, ...common })
  }
  return new KubeError({
    status: parsed.code ?? status,
    reason: parsed.reason || httpReason(status),
    message: parsed.message || `the server answered ${status}`,
    ...(parsed.details ? { details: parsed.details } : {}),
    ...common,
  })
}

/** A failure below HTTP: no connection, reset, time-out, or given up by the caller's signal. */
export function unreachable(cause: unknown, aborted: boolean): KubeError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new KubeError({ status: 0, reason: aborted ? 'Aborted' : 'Unreachable', message, cause })
}

/** Seconds of a Retry-After header in its number form; undefined for absent, negative or a date (API servers send numbers). */
export function retryAfterSeconds(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header.trim())) return undefined
  return Number(header)
}

interface MetaStatus {
  code?: number
  reason?: string
  message?: string
  details?: StatusDetails
}

function parseStatus(body: string): MetaStatus | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status') return value as MetaStatus
  } catch {
    // Not JSON: a proxy or a load balancer spoke.
  }
  return undefined
}

const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

function httpReason(status: number): string {
  return reasons[status] ?? 'Unknown'
}
