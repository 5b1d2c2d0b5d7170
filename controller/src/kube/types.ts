/** The words of this folder: what an object, a reference, a request and a client are. Nothing here knows of rollouts. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  generateName?: string
  [other: string]: unknown
}

/** Any Kubernetes object, as plain JSON. Unknown fields are kept. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  spec?: unknown
  status?: unknown
  [other: string]: unknown
}

/** Points at one object. `namespace` is absent for cluster-scoped kinds. */
export interface Ref {
  apiVersion: string
  kind: string
  namespace?: string
  name: string
}

/** One operation of RFC 6902. */
export type JsonPatchOp =
  | { op: 'add' | 'replace' | 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; from: string; path: string }

/** What a kind is called on the wire. */
export interface ResourceType {
  group: string
  version: string
  kind: string
  plural: string
  namespaced: boolean
}

/** One HTTP exchange with a Kubernetes API, without saying how it travels: over undici to a real one, or by a call to an embedded one. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query string, beginning with a slash. */
  path: string
  /** A list becomes one header for each of its values. */
  headers?: Record<string, string | string[]>
  body?: string
  /** A watch: goes to the pool of long-lived connections, and its body has no time limit of its own. */
  watch?: boolean
  signal?: AbortSignal
}

export interface HttpResponse {
  status: number
  headers: Record<string, string>
  /** The body in pieces as they arrive; a watch's lasts until the server or the signal ends it. Must be read or the iterator returned. */
  body: AsyncIterable<Uint8Array>
}

export interface ReadOptions {
  /** Gives the request up: it fails with reason 'Aborted', though the server may still have acted on it. */
  signal?: AbortSignal
}

export interface ListOptions extends ReadOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

export interface WriteOptions extends ReadOptions {
  dryRun?: boolean
  /** 'status' or 'scale'. */
  subresource?: string
}

/** Typed verbs over a Transport. Every failure is a KubeError; a 404 on `get` is `undefined`, on `delete` it is success. */
export interface KubeClient {
  get(ref: Ref, options?: ReadOptions): Promise<KubeObject | undefined>
  list(type: { apiVersion: string; kind: string }, options?: ListOptions): Promise<KubeObject[]>
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Server-side apply of exactly the given fields under our field manager. */
  apply(object: KubeObject, options?: WriteOptions & { force?: boolean }): Promise<KubeObject>
  /** JSON Patch (RFC 6902). A failed `test` is a KubeError with `conflict` true. */
  patch(ref: Ref, ops: JsonPatchOp[], options?: WriteOptions): Promise<KubeObject>
  /** JSON merge patch (RFC 7386). */
  merge(ref: Ref, patch: unknown, options?: WriteOptions): Promise<KubeObject>
  delete(
    ref: Ref,
    presumes?: { uid?: string; resourceVersion?: string; propagation?: 'Background' | 'Foreground' | 'Orphan' },
    options?: ReadOptions,
  ): Promise<void>
}
