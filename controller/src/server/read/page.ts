import type { Release, ReleasePage, ReleaseQuery } from '../dto/release.ts'
import { Refusal } from '../problems.ts'
import { type Ordered, type Place, type Row, type Sort, seek } from './order.ts'
import { type Sight, sees } from './visible.ts'

/** A page of what the person may see. Throws a Refusal for a cursor that is none of this list's. */
export function pageOf(rows: Rows, sight: Sight, query: ReleaseQuery): ReleasePage {
  const { sort, limit, cursor } = query
  const sorted = rows.in(sort)
  const start = cursor === undefined ? 0 : after(sorted, sort, cursor)
  const { facets, all } = sight.everywhere ? ofAll(rows) : overview(sorted, sight)
  const items: Release[] = []
  let total = 0
  let last: Row | undefined
  let more = false
  const matches = matcher(query)
  for (let at = 0; at < sorted.length; at++) {
    const row = sorted[at]
    if (!row || !sees(sight, row.release.namespace) || !matches(row)) continue
    total++
    if (at < start) continue
    if (items.length >= limit) {
      more = true
      continue
    }
    items.push(row.release)
    last = row
  }
  return { items, total, ...(more && last ? { next: cursorOf(sort, last.place[sort]) } : {}), facets, all }
}

type Rows = Pick<Ordered, 'in' | 'revision'>
type Overview = Pick<ReleasePage, 'facets' | 'all'>

const known = new WeakMap<Rows, Overview & { revision: number }>()

/** Most people see everything: that is counted once for each change. */
function ofAll(rows: Rows): Overview {
  const before = known.get(rows)
  const revision = rows.revision()
  if (before?.revision === revision) return before
  const now = { ...overview(rows.in('name'), { everywhere: true, namespaces: new Set() }), revision }
  known.set(rows, now)
  return now
}

function overview(rows: readonly Row[], sight: Sight): Overview {
  const phases: Counts = new Map()
  const namespaces: Counts = new Map()
  const teams: Counts = new Map()
  const calls: Counts = new Map()
  let all = 0
  let moving = 0
  for (const { release } of rows) {
    const { namespace, phase, team, attention, run } = release
    if (!sees(sight, namespace)) continue
    all++
    count(phases, phase)
    count(namespaces, namespace)
    if (team !== undefined) count(teams, team)
    if (attention) count(calls, attention.kind)
    if (run) moving++
  }
  const facets = {
    phase: tallied(phases),
    namespace: tallied(namespaces, 200),
    team: tallied(teams, 200),
    attention: tallied(calls),
    moving,
  }
  return { facets, all }
}

function matcher({ q, namespace, team, phase, attention, moving }: ReleaseQuery): (row: Row) => boolean {
  const words = (q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const phases = phase === undefined || phase === '' ? undefined : new Set(phase.split(','))
  if (words.length === 0 && [namespace, team, phases, attention, moving].every((filter) => filter === undefined || filter === ''))
    return () => true
  return ({ release, text }) =>
    (namespace === undefined || namespace === '' || release.namespace === namespace) &&
    (team === undefined || team === '' || release.team === team) &&
    (phases === undefined || phases.has(release.phase)) &&
    (attention === undefined || (release.attention !== undefined) === (attention === 'true')) &&
    (moving === undefined || (release.run !== undefined) === (moving === 'true')) &&
    words.every((word) => text.includes(word))
}

type Counts = Map<string, number>

function count(counts: Counts, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1)
}

function tallied(counts: Counts, most = Number.POSITIVE_INFINITY): { value: string; count: number }[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, most)
}

/** The place of the last row given: what comes after it is found though rows came and went. */
function cursorOf(sort: Sort, { rank, since, by }: Place): string {
  return Buffer.from(JSON.stringify([sort, rank, since, by])).toString('base64url')
}

function after(sorted: readonly Row[], sort: Sort, cursor: string): number {
  const place = readCursor(cursor)
  if (place?.sort !== sort)
    throw new Refusal('SERIN-400-INPUT', 'cursor: it belongs to no list in this order; ask for the first page again, without it')
  const at = seek(sorted, sort, place)
  return sorted[at]?.place[sort].by === place.by ? at + 1 : at
}

function readCursor(cursor: string): (Place & { sort: string }) | undefined {
  try {
    const [sort, rank, since, by, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    const read = typeof sort === 'string' && Number.isFinite(rank) && Number.isFinite(since) && typeof by === 'string' && rest.length === 0
    return read ? { sort, rank, since, by } : undefined
  } catch {
    return undefined
  }
}
