import type { Measurement } from '@serin/analysis'
import type { Metric } from '../api/metric.ts'
import type { Instant } from '../clock.ts'
import type { Sources } from '../metrics/sources.ts'
import { fill } from '../metrics/template.ts'
import type { CollectProblem, CollectRequest } from './collected.ts'
import { sourceOf } from './fetch.ts'
import { MetricProblem, problemOf } from './problems.ts'

export interface MeasureOnceRequest extends Pick<CollectRequest, 'namespace' | 'arms' | 'args'> {
  /** One with a threshold. */
  readonly metric: Metric
  /** An edge of the metric's own interval; at least the source's lag in the past. */
  readonly at: Instant
  /** Length of the metric's interval in milliseconds. */
  readonly interval: number
}

/**
 * One measurement of a threshold metric, of the canary. Neither a measurement nor a problem: the source has no number, which is an error of that
 * measurement for the judge. The number may be NaN or infinite.
 */
export async function measureOnce(
  request: MeasureOnceRequest,
  sources: Sources,
): Promise<{ readonly measurement?: Measurement; readonly problem?: CollectProblem }> {
  const { metric, namespace, arms, args = {}, at, interval } = request
  let from: string | undefined
  try {
    const { threshold } = metric
    if (!threshold) throw new RangeError(`metric ${metric.name} has no threshold`)
    const source = await sourceOf(metric, namespace, sources)
    from = source.name
    const query = fill(threshold.query, { namespace, arm: arms.canary, args, interval }, source.language)
    const values = await source.values({ query, at, interval })
    if (values.length > 1)
      throw new MetricProblem('Query', `The query gave ${values.length} numbers: add them up to one, with sum() or max()`)
    return values.length === 0 ? {} : { measurement: { form: 'gauge', canary: { values } } }
  } catch (error) {
    return { problem: problemOf(error, metric.name, from) }
  }
}
