/** Words shared by every room of the sandbox. It imports nothing from the controller: the two meet only on the Kubernetes API. */

export interface Obj {
  apiVersion: string
  kind: string
  metadata: Meta
  // biome-ignore lint/suspicious/noExplicitAny: foreign objects are plain JSON of any shape
  [field: string]: any
}

export interface Meta {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: Owner[]
  // biome-ignore lint/suspicious/noExplicitAny: as above
  [field: string]: any
}

export interface Owner {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Milliseconds since the epoch, and timers. The virtual one moves only when told to. */
export interface SandboxClock {
  now(): number
  after(ms: number, fn: () => void): () => void
}

/** One HTTP exchange, without a socket. Path includes the query string. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  /** A list is one header for each of its values. */
  headers?: Record<string, string | string[]>
  body?: string
  signal?: AbortSignal
}

export interface ApiResponse {
  status: number
  headers: Record<string, string>
  /** One piece for an ordinary answer; a watch yields one line of JSON an event until the signal aborts or the time is up. */
  body: AsyncIterable<Uint8Array>
}

/** The user behind a request, from the bearer token. */
export interface User {
  username: string
  groups: string[]
  uid?: string
}

/** Everything that goes wrong on the API is one of these, and becomes a metav1.Status. */
export class ApiError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Record<string, unknown> | undefined
  constructor(code: number, reason: string, message: string, details?: Record<string, unknown>) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
  }
}
