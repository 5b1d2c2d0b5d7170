import type { Obj, User } from './types.ts'

/** A kind as the API serves it. */
export interface KindInfo {
  group: string
  version: string
  kind: string
  plural: string
  singular: string
  shortNames: string[]
  categories: string[]
  namespaced: boolean
  /** Which subresources it has: 'status', 'scale'. */
  subresources: string[]
}

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: Obj
  /** What it was before; absent when added. */
  old?: Obj
}

export interface CallOptions {
  /** Who asks; left out: the cluster itself (system:masters). */
  as?: User
  dryRun?: boolean
  subresource?: string
  fieldManager?: string
}

export interface DeleteOptions {
  as?: User
  dryRun?: boolean
  uid?: string
  resourceVersion?: string
  propagation?: 'Background' | 'Foreground' | 'Orphan'
  gracePeriodSeconds?: number
}

/**
 * The embedded API server, as its controllers see it: every call is synchronous and atomic, goes through the same
 * defaulting, validation and admission as one over HTTP, and throws ApiError. Objects that come out are frozen.
 */
export interface Api {
  get(apiVersion: string, kind: string, namespace: string | undefined, name: string): Obj | undefined
  /** Its autoscaling/v1 Scale; undefined when it is not there or cannot be scaled. */
  scaleOf(apiVersion: string, kind: string, namespace: string | undefined, name: string): Obj | undefined
  list(apiVersion: string, kind: string, options?: { namespace?: string; labelSelector?: string }): readonly Obj[]
  create(object: Partial<Obj>, options?: CallOptions): Obj
  /** Replaces; checks metadata.resourceVersion when the object carries one. */
  update(object: Obj, options?: CallOptions): Obj
  patch(
    target: { apiVersion: string; kind: string; namespace?: string; name: string },
    patch: { type: 'json' | 'merge' | 'strategic' | 'apply'; body: unknown; force?: boolean },
    options?: CallOptions,
  ): Obj
  delete(target: { apiVersion: string; kind: string; namespace?: string; name: string }, options?: DeleteOptions): void
  /** Told of every committed change, in order, after it is visible; returns the way to stop. */
  onChange(fn: (change: Change) => void): () => void
}
