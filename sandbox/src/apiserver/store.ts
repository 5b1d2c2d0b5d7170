import type { Change } from '../api.ts'
import type { Obj } from '../types.ts'
import { frozen } from './json.ts'

/** One committed change. `lines` keeps what was written for watchers, so that each form is written once for all of them. */
export interface Commit extends Change {
  revision: number
  lines: Map<string, Uint8Array>
}

interface Bucket {
  objects: Map<string, Obj>
  /** Keys in order: what the list verbs page through. */
  keys: string[]
  history: Commit[]
  /** The newest revision that history no longer holds. */
  forgotten: number
  watchers: Set<(commit: Commit) => void>
  /** Counts changes, for those who cache what they derive from the bucket. */
  version: number
}

export interface Store {
  /** The newest revision given out; every commit takes the next one. */
  revision(): number
  get(bucket: string, namespace: string | undefined, name: string): Obj | undefined
  /** Frozen objects in key order (namespace, then name). */
  list(bucket: string, namespace?: string): Obj[]
  /** The bucket as it was at a revision, or undefined when history does not reach back so far. */
  listAt(bucket: string, revision: number): Obj[] | undefined
  /** Commits after the revision, oldest first, or undefined when some of them are forgotten. */
  since(bucket: string, revision: number): Commit[] | undefined
  /** Adds or replaces; gives back the frozen object with its new resourceVersion. */
  put(bucket: string, object: Obj): Obj
  /** Removes; gives back the last state with the revision of its removal. */
  remove(bucket: string, object: Obj): Obj
  /** Changes so far in one bucket: equal numbers mean equal contents. */
  version(bucket: string): number
  /** Told of the bucket's commits in order. */
  watch(bucket: string, fn: (commit: Commit) => void): () => void
  /** Told of every commit in order, after it is visible. A listener may write: its commits are told after this one. */
  onCommit(fn: (bucket: string, commit: Commit) => void): () => void
  /** Forgets all history: older revisions are Expired from now on. */
  expire(): void
}

export function objectKey(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name
}

/** Objects in memory with one increasing revision and at most `historyLimit` remembered commits a bucket. */
export function createStore(historyLimit: number): Store {
  const buckets = new Map<string, Bucket>()
  const listeners = new Set<(bucket: string, commit: Commit) => void>()
  const queue: [string, Commit][] = []
  let revision = 0
  let telling = false

  function bucketOf(name: string): Bucket {
    let bucket = buckets.get(name)
    if (!bucket) {
      bucket = { objects: new Map(), keys: [], history: [], forgotten: 0, watchers: new Set(), version: 0 }
      buckets.set(name, bucket)
    }
    return bucket
  }

  function record(name: string, bucket: Bucket, change: Change): void {
    const commit: Commit = { ...change, revision, lines: new Map() }
    bucket.version++
    bucket.history.push(commit)
    // Trimmed by halves: shifting one by one would move the whole array each time.
    if (bucket.history.length > historyLimit * 2) {
      const dropped = bucket.history.splice(0, bucket.history.length - historyLimit)
      bucket.forgotten = dropped.at(-1)?.revision ?? bucket.forgotten
    }
    queue.push([name, commit])
    tell()
  }

  function tell(): void {
    if (telling) return
    telling = true
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [name, commit] = next
        for (const fn of listeners) guarded(() => fn(name, commit))
        for (const fn of bucketOf(name).watchers) guarded(() => fn(commit))
      }
    } finally {
      telling = false
    }
  }

  return {
    revision: () => revision,
    get: (name, namespace, objectName) => buckets.get(name)?.objects.get(objectKey(namespace, objectName)),
    list(name, namespace) {
      const bucket = buckets.get(name)
      if (!bucket) return []
      const { keys, objects } = bucket
      let from = 0
      let to = keys.length
      if (namespace !== undefined) {
        from = position(keys, `${namespace}/`)
        to = position(keys, `${namespace}0`) // '0' follows '/'
      }
      const result: Obj[] = []
      for (let index = from; index < to; index++) {
        const object = objects.get(keys[index] ?? '')
        if (object) result.push(object)
      }
      return result
    },
    listAt(name, wanted) {
      const bucket = bucketOf(name)
      if (wanted < bucket.forgotten) return undefined
      const objects = new Map(bucket.objects)
      for (let index = bucket.history.length - 1; index >= 0; index--) {
        const commit = bucket.history[index]
        if (!commit || commit.revision <= wanted) break
        const key = objectKey(commit.object.metadata.namespace, commit.object.metadata.name)
        if (commit.old) objects.set(key, commit.old)
        else objects.delete(key)
      }
      return [...objects.keys()].sort().flatMap((key) => objects.get(key) ?? [])
    },
    since(name, wanted) {
      const bucket = bucketOf(name)
      if (wanted < bucket.forgotten) return undefined
      let index = bucket.history.length
      while (index > 0 && (bucket.history[index - 1]?.revision ?? 0) > wanted) index--
      return bucket.history.slice(index)
    },
    put(name, object) {
      const bucket = bucketOf(name)
      const key = objectKey(object.metadata.namespace, object.metadata.name)
      const old = bucket.objects.get(key)
      revision++
      const stored = frozen({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } })
      bucket.objects.set(key, stored)
      if (!old) bucket.keys.splice(position(bucket.keys, key), 0, key)
      record(name, bucket, old ? { type: 'MODIFIED', object: stored, old } : { type: 'ADDED', object: stored })
      return stored
    },
    remove(name, object) {
      const bucket = bucketOf(name)
      const key = objectKey(object.metadata.namespace, object.metadata.name)
      const old = bucket.objects.get(key)
      if (!old) throw new Error(`removing ${name} ${key}, which is not stored`)
      revision++
      bucket.objects.delete(key)
      bucket.keys.splice(position(bucket.keys, key), 1)
      const last = frozen({ ...old, metadata: { ...old.metadata, resourceVersion: String(revision) } })
      record(name, bucket, { type: 'DELETED', object: last, old })
      return last
    },
    version: (name) => bucketOf(name).version,
    watch(name, fn) {
      const { watchers } = bucketOf(name)
      watchers.add(fn)
      return () => watchers.delete(fn)
    },
    onCommit(fn) {
      listeners.add(fn)
      return () => listeners.delete(fn)
    },
    expire() {
      for (const bucket of buckets.values()) {
        bucket.history = []
        bucket.forgotten = revision
      }
    },
  }
}

/** A listener's bug must not undo a commit that others have seen: it surfaces on its own. */
function guarded(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** Where the key is or belongs in the sorted keys. */
function position(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}
