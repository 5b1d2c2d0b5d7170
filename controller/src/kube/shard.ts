import { createHash } from 'node:crypto'

/** One of several controllers that share the namespaces of a cluster between them, counted from 0. */
export interface Shard {
  index: number
  of: number
}

/**
 * Which of so many shards a namespace belongs to: the first four bytes of the SHA-256 of its name, as a big-endian number, modulo their
 * count. Never changed, so that controllers of different versions agree; with another count most namespaces move.
 */
export function shardOf(namespace: string, count: number): number {
  return createHash('sha256').update(namespace).digest().readUInt32BE(0) % count
}

/** A namespace's objects are this controller's. Each namespace has exactly one shard. */
export function inShard(namespace: string, { index, of }: Shard): boolean {
  return of === 1 || shardOf(namespace, of) === index
}

/** Each shard has a leader of its own. One shard alone is no shard. */
export function leaseOf(name: string, shard: Shard | undefined): string {
  return shard === undefined || shard.of === 1 ? name : `${name}-${shard.index}`
}
