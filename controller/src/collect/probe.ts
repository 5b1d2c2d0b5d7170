import type { Arm } from '@serin/analysis'
import { collectedMetrics } from '../api/metric.ts'
import type { Instant } from '../clock.ts'
import type { Sources } from '../metrics/sources.ts'
import type { Attributed } from './attribute.ts'
import type { CollectProblem, CollectRequest } from './collected.ts'
import { fetchRoles, sourceOf } from './fetch.ts'
import { endOf, type Grid } from './increase.ts'
import { problemOf } from './problems.ts'
import { type Role, seenAt } from './units.ts'

export interface ProbeRequest extends Pick<CollectRequest, 'namespace' | 'metrics' | 'arms' | 'args' | 'step'> {
  /** At least the sources' lag in the past. */
  readonly at: Instant
}

/** What one query finds of an arm. `pods`: those whose names the arm's pattern matches. */
export interface Found {
  readonly series: number
  readonly pods: number
}

export interface Probed {
  readonly metric: string
  readonly source?: string
  readonly found: Readonly<Partial<Record<Role, Readonly<Partial<Record<Arm, Found>>>>>>
  /** Why it could not be asked. */
  readonly problem?: CollectProblem
  /** What the baseline should show and does not, in a sentence. A canary without pods or traffic shows nothing yet. */
  readonly lacking?: string
}

/** What each metric of the forms ratio, count, histogram and gauge finds of each arm at that time. Never throws for what sources or queries do. */
export async function probe(request: ProbeRequest, sources: Sources): Promise<Probed[]> {
  const { namespace, arms, step, at } = request
  const grid = { from: at - step, step, intervals: 1 }
  return await Promise.all(
    collectedMetrics(request.metrics).map(async ({ metric, form }): Promise<Probed> => {
      let from: string | undefined
      try {
        const source = await sourceOf(metric, namespace, sources)
        from = source.name
        const roles = await fetchRoles(metric, form, source, request, grid)
        const armNames = (['canary', 'baseline'] as const).filter((arm) => arms[arm])
        const found = Object.fromEntries(
          Object.entries(roles).map(([role, list]) => [role, Object.fromEntries(armNames.map((arm) => [arm, foundOf(list, arm, grid)]))]),
        ) as Probed['found']
        const lacking = arms.baseline && lackingOf(found, source.name)
        return { metric: metric.name, source: source.name, found, ...(lacking ? { lacking } : {}) }
      } catch (error) {
        return {
          metric: metric.name,
          ...(from === undefined ? {} : { source: from }),
          found: {},
          problem: problemOf(error, metric.name, from),
        }
      }
    }),
  )
}

function foundOf(list: readonly Attributed[], arm: Arm, grid: Grid): Found {
  const ours = list.filter((one) => one.arm === arm && seenAt([one.series], grid)[endOf(0)] === 1)
  return { series: ours.length, pods: new Set(ours.flatMap(({ pod }) => (pod === undefined ? [] : [pod]))).size }
}

/** Bad events may well have no series before the first of them. */
function lackingOf(found: Probed['found'], source: string): string | undefined {
  const role = (['total', 'exposure', 'query'] as const).find((one) => found[one]?.baseline?.series === 0)
  return (
    role &&
    `${source} has no series of the baseline for the query ${role}: look whether its pods are scraped, and whether names and labels are written as they are there`
  )
}
