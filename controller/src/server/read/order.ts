import type { Release, ReleaseQuery } from '../dto/release.ts'

export type Sort = ReleaseQuery['sort']

/** A release with what lists need of it, made once for each change. */
export interface Row {
  release: Release
  /** namespace/name: no two rows have the same. */
  key: string
  /** Where words are looked for, in lower case. */
  text: string
  place: Record<Sort, Place>
}

/** Where a row stands in an order: by rank, then the newest first, then by name. */
export interface Place {
  rank: number
  /** Milliseconds since the epoch. */
  since: number
  by: string
}

export function rowOf(release: Release): Row {
  const { namespace, name, team = '', attention, run, stable } = release
  const key = `${namespace}/${name}`
  const images = [...(run?.to.images ?? []), ...(run?.from.images ?? []), ...(stable?.images ?? [])]
  const since = instant(release.since)
  return {
    release,
    key,
    text: [namespace, name, team, ...new Set(images)].join('\n').toLowerCase(),
    place: {
      attention: { rank: attention ? 0 : run ? 1 : 2, since: attention ? instant(attention.since) : since, by: key },
      name: { rank: 0, since: 0, by: `${name}/${namespace}` },
      since: { rank: 0, since, by: key },
    },
  }
}

const instant = (text: string): number => Date.parse(text) || 0

/** Below 0: `a` stands before `b`. A total order: 0 only for the same row. */
export function compare(a: Place, b: Place): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  if (a.since !== b.since) return b.since - a.since
  return a.by < b.by ? -1 : a.by > b.by ? 1 : 0
}

/** The index of the first row that does not stand before the place. */
export function seek(rows: readonly Row[], sort: Sort, place: Place): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row && compare(row.place[sort], place) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows in every order, kept in order as they change. */
export interface Ordered {
  put(row: Row): void
  remove(key: string): void
  in(sort: Sort): readonly Row[]
  /** Another one after each change. */
  revision(): number
}

const sorts: readonly Sort[] = ['attention', 'name', 'since']

export function ordered(): Ordered {
  const byKey = new Map<string, Row>()
  const orders: Record<Sort, Row[]> = { attention: [], name: [], since: [] }
  // Changes that the orders do not show yet. Many of them, as of the first list, are cheaper sorted all together.
  let open: { before: Row | undefined; after: Row | undefined }[] = []
  let unsorted = false
  let revision = 0

  const changed = (before: Row | undefined, after: Row | undefined) => {
    revision++
    if (unsorted) return
    open.push({ before, after })
    if (open.length <= Math.max(64, byKey.size / 8)) return
    unsorted = true
    open = []
  }
  const settle = () => {
    if (unsorted) for (const sort of sorts) orders[sort] = [...byKey.values()].sort((a, b) => compare(a.place[sort], b.place[sort]))
    for (const { before, after } of open) {
      for (const sort of sorts) {
        if (before) orders[sort].splice(seek(orders[sort], sort, before.place[sort]), 1)
        if (after) orders[sort].splice(seek(orders[sort], sort, after.place[sort]), 0, after)
      }
    }
    unsorted = false
    open = []
  }

  return {
    put(row) {
      const before = byKey.get(row.key)
      byKey.set(row.key, row)
      changed(before, row)
    },
    remove(key) {
      const before = byKey.get(key)
      if (byKey.delete(key)) changed(before, undefined)
    },
    in(sort) {
      settle()
      return orders[sort]
    },
    revision: () => revision,
  }
}
