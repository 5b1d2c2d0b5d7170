import type { Measurement } from '@serin/analysis'
import { type CollectedForm, collectedMetrics, type Metric } from '../api/metric.ts'
import type { Sources } from '../metrics/sources.ts'
import type { Collected, CollectProblem, CollectRequest } from './collected.ts'
import { fetchRoles, sourceOf } from './fetch.ts'
import type { Grid } from './increase.ts'
import { measure } from './measure.ts'
import { problemOf, Remarks } from './problems.ts'

/**
 * Measures all metrics of the forms ratio, count, histogram and gauge; others are left out. What an interval holds depends on nothing but the
 * answers for it and the lookback before it: asking later, or in other portions, gives the same. Never throws for what sources or queries do: a
 * metric that cannot be measured has a problem and is in no interval. Throws a RangeError when the interval bounds are not whole steps apart.
 */
export async function collect(request: CollectRequest, sources: Sources): Promise<Collected> {
  const grid = gridOf(request)
  const measured =
    grid.intervals === 0
      ? []
      : await Promise.all(collectedMetrics(request.metrics).map(({ metric, form }) => collectMetric(metric, form, grid, request, sources)))
  return {
    intervals: Array.from({ length: grid.intervals }, (_, at) => ({
      end: grid.from + (at + 1) * grid.step,
      metrics: Object.fromEntries(
        measured.flatMap(({ name, measurements }) => {
          const measurement = measurements[at]
          return measurement ? [[name, measurement] as const] : []
        }),
      ),
    })),
    problems: measured.flatMap(({ problems }) => problems),
  }
}

function gridOf({ from, to, step }: Pick<CollectRequest, 'from' | 'to' | 'step'>): Grid {
  const intervals = (to - from) / step
  if (!(Number.isInteger(intervals) && intervals >= 0 && step > 0))
    throw new RangeError(`${from} to ${to} are no whole steps of ${step} ms`)
  return { from, step, intervals }
}

async function collectMetric(
  metric: Metric,
  form: CollectedForm,
  grid: Grid,
  request: CollectRequest,
  sources: Sources,
): Promise<{ name: string; measurements: readonly (Measurement | undefined)[]; problems: CollectProblem[] }> {
  const { name } = metric
  let from: string | undefined
  try {
    const source = await sourceOf(metric, request.namespace, sources)
    from = source.name
    const remarks = new Remarks()
    const roles = await fetchRoles(metric, form, source, request, grid)
    const measurements = measure(form, roles, { grid, counters: source.counters, remarks })
    const problems = remarks.sentences.map((because): CollectProblem => ({ metric: name, source: source.name, kind: 'Remark', because }))
    return { name, measurements, problems }
  } catch (error) {
    return { name, measurements: [], problems: [problemOf(error, name, from)] }
  }
}
