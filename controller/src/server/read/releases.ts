import { version as apiVersion, group, rolloutKind } from '../../api/rollout.ts'
import type { Clock } from '../../clock.ts'
import { type Log, silentLog } from '../../kube/log.ts'
import { reflect } from '../../kube/reflector.ts'
import { createStore } from '../../kube/store.ts'
import type { KubeObject, Transport } from '../../kube/types.ts'
import type { Release } from '../dto/release.ts'
import type { Releases } from '../parts.ts'
import type { Call } from './attention.ts'
import { releaseAndLater } from './release.ts'

export interface FollowOptions {
  transport: Transport
  clock: Clock
  /** Between 0 and 1, for jitter. */
  random: () => number
  log?: Log
  /** Absent: all namespaces. */
  namespace?: string
  teamLabel: string
}

/** What is kept of a Rollout: its row, made once for each change. */
interface Kept extends KubeObject {
  release: Release
  later?: Call['later']
}

const rollouts = { group, version: apiVersion, kind: rolloutKind.kind, plural: rolloutKind.plural, namespaced: true }
/** How late it may be seen that a release is stuck. */
const sweepMs = 5_000

/**
 * Follows the Rollouts of a cluster, or of a namespace. Of each only its row is kept. Whatever the API server does, it tries again; what is
 * known stays known meanwhile. A release that needs somebody by the passing of time alone is a change like any other.
 */
export function followReleases({ transport, clock, random, log = silentLog, namespace, teamLabel }: FollowOptions): Releases {
  const listeners = new Set<(change: { release: Release; gone: boolean }) => void>()
  const rows = new Map<string, Release>()
  const late = new Map<string, NonNullable<Call['later']>>()
  const store = createStore<Kept>({
    ...(namespace === undefined ? {} : { namespace }),
    log,
    slim: (object): Kept => ({ ...headOf(object), ...releaseAndLater(object, { teamLabel }) }),
  })
  const tell = (release: Release, gone: boolean) => {
    for (const listener of [...listeners]) {
      try {
        listener({ release, gone })
      } catch (error) {
        log.error({ err: error, namespace: release.namespace, name: release.name }, 'a listener of releases failed')
      }
    }
  }

  store.onChange(({ type, key, object: { release, later } }) => {
    late.delete(key)
    if (type === 'deleted') {
      rows.delete(key)
      tell(release, true)
      return
    }
    const due = later !== undefined && later.at <= clock.now()
    if (later && !due) late.set(key, later)
    const row = due ? { ...release, attention: later.attention } : release
    rows.set(key, row)
    tell(row, false)
  })
  const sweep = () => {
    const now = clock.now()
    for (const [key, { at, attention }] of [...late]) {
      const known = rows.get(key)
      if (at > now || !known) continue
      late.delete(key)
      const row = { ...known, attention }
      rows.set(key, row)
      tell(row, false)
    }
    cancel = clock.after(sweepMs, sweep)
  }
  let cancel = clock.after(sweepMs, sweep)
  const reflector = reflect({ transport, type: rollouts, store, clock, random, log })

  return {
    get: (namespace, name) => rows.get(`${namespace}/${name}`),
    all: () => rows.values(),
    synced: () => store.synced(),
    isSynced: () => store.hasSynced(),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      cancel()
      listeners.clear()
      await reflector.stop()
    },
  }
}

/** What a store has to know of an object. */
function headOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion } = metadata
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  }
}
