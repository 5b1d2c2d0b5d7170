import type { CollectedForm, Metric } from '../api/metric.ts'
import type { RangeQuery } from '../metrics/provider.ts'
import type { SourceClient, Sources } from '../metrics/sources.ts'
import { type ArmQuery, type Attributed, armQueries, attribute, type QueryValues } from './attribute.ts'
import { checkCounterQuery } from './counterQuery.ts'
import { firstEdge, type Grid } from './increase.ts'
import { MetricProblem } from './problems.ts'
import type { ByRole, Role } from './units.ts'

/** The source of a metric. Throws a MetricProblem when there is none. */
export async function sourceOf(metric: Metric, namespace: string, sources: Sources): Promise<SourceClient> {
  const found = await sources.find(metric.source, namespace)
  if ('missing' in found) throw new MetricProblem('Missing', found.missing)
  return found
}

/** The queries of a metric by the part they play. */
function queriesOf({ ratio, count, histogram, gauge }: Metric): { role: Role; query: string }[] {
  const of = (queries: Partial<Record<Role, string | undefined>>) =>
    (Object.entries(queries) as [Role, string | undefined][]).flatMap(([role, query]) => (query === undefined ? [] : [{ role, query }]))
  if (ratio) return of({ bad: ratio.bad, total: ratio.total })
  if (count) return of({ bad: count.bad, exposure: count.exposure })
  return of({ query: histogram?.query ?? gauge?.query })
}

/**
 * The series of all queries of a metric, side by side, with the arm and pod of each. Counters that accumulate are asked for from the lookback on,
 * everything else from the end of the first interval. Throws a SourceError, a MetricProblem, a TemplateError or a PatternError.
 */
export async function fetchRoles(
  metric: Metric,
  form: CollectedForm,
  source: SourceClient,
  values: QueryValues,
  grid: Grid,
): Promise<ByRole<Attributed>> {
  const accumulated = form !== 'gauge' && source.counters === 'cumulative'
  const range = {
    from: accumulated ? firstEdge(grid) : grid.from + grid.step,
    to: grid.from + grid.intervals * grid.step,
    step: grid.step,
  }
  const planned = queriesOf(metric).map(({ role, query }) => {
    if (accumulated) checkCounterQuery(query, source.language)
    return { role, queries: armQueries(query, values, source) }
  })
  const fetched = await Promise.all(
    planned.map(async ({ role, queries }): Promise<[Role, Attributed[]]> => {
      const answers = await Promise.all(queries.map((query) => answer(query, range, source, values, accumulated)))
      return [role, answers.flat()]
    }),
  )
  return Object.fromEntries(fetched)
}

async function answer(
  query: ArmQuery,
  range: Omit<RangeQuery, 'query'>,
  source: SourceClient,
  { arms }: QueryValues,
  accumulated: boolean,
): Promise<Attributed[]> {
  const series = await source.range({ ...range, query: query.query })
  const attributed = attribute(series, query, arms, source.podLabel)
  if (accumulated && series.some(({ labels }) => Object.keys(labels).every((label) => label === 'le')))
    throw new MetricProblem(
      'Query',
      'The query adds up counters itself, and a pod that goes away would look like a restart of all: write it without sum(), Serin adds up the series',
    )
  return attributed
}
