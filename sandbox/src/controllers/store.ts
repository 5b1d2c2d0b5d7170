import type { Api, Change } from '../api.ts'
import type { Obj } from '../types.ts'
import { entry } from './entry.ts'

/** `Kind.group`, or the bare kind in the core group: a kind whatever version of it is served. */
export type KindKey = string

const kindKey = (apiVersion: string, kind: string): KindKey => {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`
}

export const kindOf = (object: Obj): KindKey => kindKey(object.apiVersion, object.kind)

/** `namespace/name`; cluster-scoped objects have an empty namespace. */
export const keyOf = (object: Obj): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/**
 * Every object of the cluster, indexed, as of the last committed change: it is never stale, because the API tells of a
 * change before the write returns. Staleness is provoked by the delays of the work sets instead.
 */
export interface Store {
  get(kind: KindKey, key: string): Obj | undefined
  byUid(uid: string): Obj | undefined
  list(kind: KindKey, namespace?: string): Obj[]
  /** Objects with any owner reference to that uid. */
  dependents(uid: string): Obj[]
  /** What a controller may claim: objects of that kind that refer to the owner, or that have no controller. */
  claimable(kind: KindKey, owner: Obj): Obj[]
  inNamespace(namespace: string): Obj[]
  /** Called after the store shows the change; must not write to the API itself. `*` is every kind. */
  on(kind: KindKey | '*', fn: (change: Change) => void): () => void
  stop(): void
}

const listedAtStart: [string, string][] = [
  ['v1', 'Namespace'],
  ['v1', 'Node'],
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
]

export function createStore(api: Api): Store {
  const kinds = new Map<KindKey, Map<string, Map<string, Obj>>>()
  const uids = new Map<string, Obj>()
  const owned = new Map<string, Map<string, Obj>>()
  const uncontrolled = new Map<string, Map<string, Obj>>()
  const home = (kind: KindKey, namespace: string) => `${namespace}/${kind}`
  const handlers = new Map<KindKey | '*', Set<(change: Change) => void>>()

  const put = (object: Obj) => {
    const kind = kindOf(object)
    const namespace = object.metadata.namespace ?? ''
    const namespaces = entry(kinds, kind, () => new Map<string, Map<string, Obj>>())
    entry(namespaces, namespace, () => new Map<string, Obj>()).set(object.metadata.name, object)
    uids.set(object.metadata.uid, object)
    const refs = object.metadata.ownerReferences ?? []
    if (!refs.some((ref) => ref.controller)) {
      entry(uncontrolled, home(kind, namespace), () => new Map<string, Obj>()).set(object.metadata.uid, object)
    }
    for (const ref of refs) {
      entry(owned, ref.uid, () => new Map<string, Obj>()).set(object.metadata.uid, object)
    }
  }
  const drop = (object: Obj) => {
    const namespaces = kinds.get(kindOf(object))
    const namespace = object.metadata.namespace ?? ''
    const names = namespaces?.get(namespace)
    names?.delete(object.metadata.name)
    if (names?.size === 0) namespaces?.delete(namespace)
    uids.delete(object.metadata.uid)
    disown(object)
  }
  const disown = (object: Obj) => {
    uncontrolled.get(home(kindOf(object), object.metadata.namespace ?? ''))?.delete(object.metadata.uid)
    for (const ref of object.metadata.ownerReferences ?? []) {
      const of = owned.get(ref.uid)
      of?.delete(object.metadata.uid)
      if (of?.size === 0) owned.delete(ref.uid)
    }
  }

  const stop = api.onChange((change) => {
    const before = uids.get(change.object.metadata.uid)
    if (before && change.type !== 'DELETED') disown(before)
    if (change.type === 'DELETED') drop(before ?? change.object)
    else put(change.object)
    for (const fn of handlers.get(kindOf(change.object)) ?? []) fn(change)
    for (const fn of handlers.get('*') ?? []) fn(change)
  })
  for (const [apiVersion, kind] of listedAtStart) for (const object of api.list(apiVersion, kind)) put(object)

  return {
    get(kind, key) {
      const { namespace, name } = splitKey(key)
      return kinds.get(kind)?.get(namespace)?.get(name)
    },
    byUid: (uid) => uids.get(uid),
    list(kind, namespace) {
      const namespaces = kinds.get(kind)
      if (!namespaces) return []
      if (namespace !== undefined) return [...(namespaces.get(namespace)?.values() ?? [])]
      return [...namespaces.values()].flatMap((names) => [...names.values()])
    },
    dependents: (uid) => [...(owned.get(uid)?.values() ?? [])],
    claimable(kind, owner) {
      const { uid, namespace = '' } = owner.metadata
      const free = uncontrolled.get(home(kind, namespace))
      const own = [...(owned.get(uid)?.values() ?? [])].filter((object) => kindOf(object) === kind && !free?.has(object.metadata.uid))
      return [...own, ...(free?.values() ?? [])]
    },
    inNamespace: (namespace) => [...kinds.values()].flatMap((namespaces) => [...(namespaces.get(namespace)?.values() ?? [])]),
    on(kind, fn) {
      entry(handlers, kind, () => new Set()).add(fn)
      return () => handlers.get(kind)?.delete(fn)
    },
    stop,
  }
}
