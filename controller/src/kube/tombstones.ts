import type { KubeObject } from './types.ts'
import { compareVersions } from './versions.ts'

interface Tombstone {
  /** The newest resourceVersion known when it was set. */
  version: string | undefined
  /** We deleted it ourselves, so nothing newer can follow except its own end. */
  ours: boolean
}

/** Remembers which uids are gone, so that news from before does not bring them back. Forgets the oldest beyond `most`. */
export interface Tombstones {
  /** It left at this version: by deletion, or by no longer matching the selector (then a newer version may come back). */
  left(uid: string | undefined, version: string | undefined): void
  /** We deleted it after having seen this version. */
  deleted(uid: string, version: string | undefined): void
  /** Whether this sight of an object is older than its departure. */
  bars(object: KubeObject): boolean
  forget(uid: string | undefined): void
}

export function tombstones(most = 4096): Tombstones {
  const stones = new Map<string, Tombstone>()
  const set = (uid: string, stone: Tombstone) => {
    const known = stones.get(uid)
    stones.delete(uid)
    const older = known !== undefined && (compareVersions(stone.version, known.version) ?? -1) < 0
    stones.set(uid, { version: older ? known.version : stone.version, ours: stone.ours || (known?.ours ?? false) })
    for (const oldest of stones.keys()) {
      if (stones.size <= most) break
      stones.delete(oldest)
    }
  }
  return {
    left(uid, version) {
      if (uid !== undefined) set(uid, { version, ours: false })
    },
    deleted(uid, version) {
      set(uid, { version, ours: true })
    },
    bars({ metadata }) {
      const stone = metadata.uid === undefined ? undefined : stones.get(metadata.uid)
      if (!stone) return false
      const order = compareVersions(metadata.resourceVersion, stone.version)
      if (order !== undefined && order <= 0) return true
      // With finalizers the object outlives our delete for a while: only then does a newer sight of it carry this mark.
      return stone.ours && metadata.deletionTimestamp === undefined
    },
    forget(uid) {
      if (uid !== undefined) stones.delete(uid)
    },
  }
}
