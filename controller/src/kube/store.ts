import { type IndexFn, indexes } from './indexes.ts'
import { type Log, silentLog } from './log.ts'
import { parseSelector } from './selector.ts'
import { tombstones } from './tombstones.ts'
import type { KubeObject } from './types.ts'
import { compareVersions, frozen, keyOf } from './versions.ts'

export interface Change<T> {
  type: 'added' | 'modified' | 'deleted'
  key: string
  /** As it is now; of a deleted one, the last that was seen. */
  object: T
  /** As it was before; only for 'modified'. */
  old?: T
  /** Part of the first list: nothing happened, we only came to know of it. */
  initial: boolean
}

/** What a store holds; its reflector lists and watches the same. */
export interface Scope {
  namespace?: string
  labelSelector?: string
  /** Judged by the server only: own writes are taken as matching. */
  fieldSelector?: string
}

/**
 * A copy of one kind's objects, kept by a reflector and by our own writes. Objects are frozen and carry no managedFields.
 *
 * For each uid the store never goes back in time: whatever is older than what is held, or than its departure, is ignored. So
 * a reader sees at least everything written through `wrote` and `removed` before.
 */
export interface Store<T extends KubeObject = KubeObject> {
  readonly scope: Scope
  readonly size: number
  get(of: { namespace?: string; name: string }): T | undefined
  byKey(key: string): T | undefined
  list(namespace?: string): T[]
  byIndex(index: string, value: string): T[]
  hasSynced(): boolean
  /** Resolves once the first list is in. */
  synced(): Promise<void>
  /** Called after each change, in order, in the same turn; what it throws is logged. Returns the way to stop. */
  onChange(listener: (change: Change<T>) => void): () => void

  /** Puts in the answer to our own write (never that of a dry run). */
  wrote(object: KubeObject): void
  /** We deleted the object with this uid. One that finalizers keep comes back by the watch. */
  removed(of: { namespace?: string; name: string }, uid: string): void

  /** For the reflector: a watch showed this object. */
  saw(object: KubeObject): void
  /** For the reflector: a watch showed that this object is gone, or no longer matches. */
  sawGone(object: KubeObject): void
  /** For the reflector: what is kept of an object, so that a list in pages need not hold all of each. */
  kept(object: KubeObject): KubeObject
  /** For the reflector: a complete list of what `kept` gave, as of `version`. What is missing from it and not newer is deleted. */
  relisted(objects: readonly KubeObject[], version: string): void
}

export interface StoreOptions<T> extends Scope {
  indexes?: Record<string, IndexFn<T>>
  /** Leaves out of an object what nobody here needs: a smaller copy, or the same. */
  slim?: (object: KubeObject) => KubeObject
  log?: Log
}

/** An empty store. Throws a SelectorError for a label selector that does not parse. */
export function createStore<T extends KubeObject = KubeObject>(options: StoreOptions<T> = {}): Store<T> {
  const { indexes: functions = {}, log = silentLog, slim = (object) => object, ...scope } = options
  const matches = parseSelector(scope.labelSelector)
  const objects = new Map<string, T>()
  const index = indexes<T>(functions, (name, error) => log.error({ err: error, index: name }, 'index function failed'))
  const gone = tombstones()
  const listeners = new Set<(change: Change<T>) => void>()
  const sync = Promise.withResolvers<void>()
  let synced = false

  const emit = (type: Change<T>['type'], key: string, object: T, old?: T) => {
    const change: Change<T> = { type, key, object, ...(old ? { old } : {}), initial: !synced }
    for (const listener of [...listeners]) {
      try {
        listener(change)
      } catch (error) {
        log.error({ err: error, key }, 'change listener failed')
      }
    }
  }
  const drop = (key: string, held: T) => {
    objects.delete(key)
    index.replace(key, held, undefined)
    emit('deleted', key, held)
  }
  const inScope = ({ metadata }: KubeObject) =>
    (scope.namespace === undefined || metadata.namespace === scope.namespace) && matches(metadata.labels)

  const leave = ({ metadata }: KubeObject) => {
    const key = keyOf(metadata)
    const held = objects.get(key)
    if (held && held.metadata.uid === metadata.uid) {
      // Told late of an earlier departure, after our own write brought it back.
      if ((compareVersions(metadata.resourceVersion, held.metadata.resourceVersion) ?? 0) < 0) return
      gone.left(metadata.uid, metadata.resourceVersion)
      drop(key, held)
      return
    }
    gone.left(metadata.uid, metadata.resourceVersion)
    // A later object of the same name: the one held must have gone before.
    if (held && isNewer({ metadata }, held)) {
      gone.left(held.metadata.uid, metadata.resourceVersion)
      drop(key, held)
    }
  }
  const kept = (object: KubeObject) => frozen(slim(object))
  const enter = (object: KubeObject) => take(object, kept)
  const take = (object: KubeObject, keep: (object: KubeObject) => KubeObject) => {
    if (gone.bars(object)) return
    const key = keyOf(object.metadata)
    const held = objects.get(key)
    if (held && !isNewer(object, held)) return
    gone.forget(object.metadata.uid)
    const next = frozen(withSpecOf(held, keep(object))) as T
    if (held && held.metadata.uid !== object.metadata.uid) {
      gone.left(held.metadata.uid, object.metadata.resourceVersion)
      drop(key, held)
    }
    const before = objects.get(key)
    objects.set(key, next)
    index.replace(key, before, next)
    emit(before ? 'modified' : 'added', key, next, before)
  }

  return {
    scope,
    get size() {
      return objects.size
    },
    get: (of) => objects.get(keyOf(of)),
    byKey: (key) => objects.get(key),
    list(namespace) {
      const all = [...objects.values()]
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
    },
    byIndex(name, value) {
      return [...index.keys(name, value)].flatMap((key) => objects.get(key) ?? [])
    },
    hasSynced: () => synced,
    synced: () => sync.promise,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wrote: (object) => (inScope(object) ? enter(object) : leave(object)),
    removed(of, uid) {
      const key = keyOf(of)
      const held = objects.get(key)
      if (held?.metadata.uid !== uid) {
        gone.deleted(uid, undefined)
        return
      }
      // It stays until its finalizers are gone, and the watch will say so.
      if (held.metadata.finalizers?.length) return
      gone.deleted(uid, held.metadata.resourceVersion)
      drop(key, held)
    },
    saw: enter,
    kept,
    sawGone: leave,
    relisted(list, version) {
      const listed = new Map<string, string | undefined>()
      for (const object of list) {
        listed.set(keyOf(object.metadata), object.metadata.uid)
        take(object, (kept) => kept)
      }
      for (const [key, held] of [...objects]) {
        if (listed.has(key) && listed.get(key) === held.metadata.uid) continue
        // Newer than the list: our own write, made while the list was on its way.
        if ((compareVersions(held.metadata.resourceVersion, version) ?? -1) > 0) continue
        gone.left(held.metadata.uid, version)
        drop(key, held)
      }
      synced = true
      sync.resolve()
    },
  }
}

/** The spec of one generation is one value: what is worked out from it need not be worked out again after every change of a status. */
function withSpecOf(held: KubeObject | undefined, object: KubeObject): KubeObject {
  const { uid, generation } = object.metadata
  if (!held?.spec || !object.spec || generation === undefined) return object
  return held.metadata.uid === uid && held.metadata.generation === generation ? { ...object, spec: held.spec } : object
}

function isNewer(object: Pick<KubeObject, 'metadata'>, held: KubeObject): boolean {
  const order = compareVersions(object.metadata.resourceVersion, held.metadata.resourceVersion)
  return order === undefined ? object.metadata.resourceVersion !== held.metadata.resourceVersion : order > 0
}
