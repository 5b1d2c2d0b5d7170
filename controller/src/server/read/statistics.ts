import { iso } from '../../api/fields.ts'
import type { Instant } from '../../clock.ts'
import type { HistoryItem } from '../dto/detail.ts'
import type { Statistics, StatisticsFigures, StatisticsQuery } from '../dto/statistics.ts'

/** The runs that a release remembers. `limit`: how many it keeps. */
export interface Remembered {
  namespace: string
  name: string
  team?: string | undefined
  history: readonly HistoryItem[]
  limit: number
}

const day = 86_400_000
const week = 7 * day
const mostRows = 500

/** A run as the four keys see it. */
interface Change {
  endedAt: Instant
  /** Milliseconds. */
  took: number
  kind: 'deployed' | 'failed' | 'other'
  /** Milliseconds from the begin of the change to the end of what put it right; of failed ones. */
  restored?: number
  /** It was promoted, and undone by the next. */
  undone: boolean
}

/**
 * The four keys of DORA (Accelerate: State of DevOps), of the runs that ended in the last `days`:
 *
 * - deployment: a promoted run, but not one that only put the version before back (an undo)
 * - deployment frequency: deployments a week, `deployments / (days / 7)`
 * - lead time for changes: median time of deployments from the begin of the run, which is when the changed template was seen, to its promotion.
 *   DORA counts from the commit, which Serin does not know
 * - failed change: a run that was rolled back; one that somebody aborted, since what people abort they do not want in service; and a deployment that the
 *   next promoted run put back. Overtaken runs are neither failed nor deployed
 * - change failure rate: `failed / (deployments + rolled back + aborted)`
 * - time to restore: median time of failed changes from the begin of the run to the end of its roll-back, or of the run that put the version before back
 */
export function statisticsOf(releases: Iterable<Remembered>, { by, days, namespace, team }: StatisticsQuery, now: Instant): Statistics {
  const from = now - days * day
  const rows = new Map<string | null, Change[]>()
  const all: Change[] = []
  let cut = 0
  for (const release of releases) {
    if ((namespace !== undefined && release.namespace !== namespace) || (team !== undefined && release.team !== team)) continue
    const changes = changesOf(release.history).filter(({ endedAt }) => endedAt >= from && endedAt <= now)
    if (isCut(release, from)) cut++
    if (changes.length === 0) continue
    const key = keyOf(release, by)
    const row = rows.get(key) ?? []
    row.push(...changes)
    rows.set(key, row)
    for (const change of changes) all.push(change)
  }
  const sorted = [...rows]
    .map(([key, changes]) => ({ key, ...figuresOf(changes, days) }))
    .sort((a, b) => b.deployments - a.deployments || ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
  const remark = remarkOf(cut, sorted.length)
  return {
    from: iso(from),
    to: iso(now),
    by,
    total: figuresOf(all, days),
    rows: sorted.slice(0, mostRows),
    weeks: weeksOf(all, from, now),
    ...(remark === '' ? {} : { remark }),
  }
}

/** Runs in the order of their numbers, each with what the next promoted one says of it. */
function changesOf(history: readonly HistoryItem[]): Change[] {
  const runs = [...history].sort((a, b) => a.id - b.id)
  const promoted = runs.filter(({ result }) => result === 'Promoted')
  const nextOf = new Map(promoted.map((run, at) => [run.id, promoted[at + 1]]))
  const puttingBack = new Set<number>()
  for (const run of promoted) {
    const next = nextOf.get(run.id)
    // What put something back is no deployment itself, so putting that back in turn is one.
    if (next && !puttingBack.has(run.id) && next.to.hash === run.from.hash && next.from.hash === run.to.hash) puttingBack.add(next.id)
  }
  return runs.map((run): Change => {
    const [begun, ended] = [Date.parse(run.startedAt), Date.parse(run.endedAt)]
    const next = nextOf.get(run.id)
    const undone = next !== undefined && puttingBack.has(next.id)
    const failed = run.result === 'RolledBack' || run.result === 'Aborted'
    const restored = failed ? ended - begun : undone ? Date.parse(next.endedAt) - begun : undefined
    return {
      endedAt: ended,
      took: ended - begun,
      kind: failed ? 'failed' : run.result === 'Promoted' && !puttingBack.has(run.id) ? 'deployed' : 'other',
      undone,
      ...(restored === undefined ? {} : { restored }),
    }
  })
}

function figuresOf(changes: readonly Change[], days: number): StatisticsFigures {
  const deployed = changes.filter(({ kind }) => kind === 'deployed')
  const failed = changes.filter(hasFailed)
  const tried = changes.filter(({ kind }) => kind !== 'other').length
  return {
    runs: changes.length,
    deployments: deployed.length,
    perWeek: (deployed.length * 7) / days,
    leadTime: median(deployed.map(({ took }) => took / 1000)),
    failureRate: tried === 0 ? null : failed.length / tried,
    timeToRestore: median(failed.flatMap(({ restored }) => (restored === undefined ? [] : [restored / 1000]))),
  }
}

const hasFailed = ({ kind, undone }: Change): boolean => kind === 'failed' || (kind === 'deployed' && undone)

/** The newest week is a whole one; the oldest begins with the time that is looked at. */
function weeksOf(changes: readonly Change[], from: Instant, to: Instant): Statistics['weeks'] {
  const count = Math.max(1, Math.ceil((to - from) / week))
  const weeks = Array.from({ length: count }, (_, at) => ({ from: iso(Math.max(from, to - (count - at) * week)), promoted: 0, failed: 0 }))
  for (const change of changes) {
    const at = weeks[count - 1 - Math.min(count - 1, Math.floor((to - change.endedAt) / week))]
    if (!at) continue
    if (hasFailed(change)) at.failed++
    else if (change.kind === 'deployed') at.promoted++
  }
  return weeks
}

function keyOf({ namespace, name, team }: Remembered, by: StatisticsQuery['by']): string | null {
  return by === 'service' ? `${namespace}/${name}` : by === 'namespace' ? namespace : (team ?? null)
}

/** Whether runs of that time may have been forgotten. */
function isCut({ history, limit }: Remembered, from: Instant): boolean {
  return history.length > 0 && history.length >= limit && history.every(({ endedAt }) => Date.parse(endedAt) > from)
}

function remarkOf(cut: number, rows: number): string {
  const forgotten =
    cut === 0
      ? ''
      : `${cut} ${cut === 1 ? 'release has' : 'releases have'} had more runs in this time than ${cut === 1 ? 'it remembers' : 'they remember'}: ${cut === 1 ? 'its' : 'their'} figures are of the newest ones only. Raise spec.historyLimit, or choose a shorter time.`
  const more = rows > mostRows ? `Only the first ${mostRows} of ${rows} rows are shown.` : ''
  return [forgotten, more].filter((text) => text !== '').join(' ')
}

/** The middle one, or half-way between the two middle ones; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
