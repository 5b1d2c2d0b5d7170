import type { Measurement } from '@serin/analysis'
import type { Collected, CollectedInterval, CollectRequest } from '../../collect/collected.ts'
import { measureOnce } from '../../collect/threshold.ts'
import type { Sources } from '../../metrics/sources.ts'

/** One number a metric at the end of every interval. One that is not finite is no number: a record could not keep it. */
export async function measureThresholds({ from, to, step, metrics, ...rest }: CollectRequest, sources: Sources): Promise<Collected> {
  const ends = Array.from({ length: (to - from) / step }, (_, at) => from + (at + 1) * step)
  const problems: Collected['problems'][number][] = []
  const intervals: CollectedInterval[] = []
  for (const end of ends) {
    const measured = await Promise.all(metrics.map((metric) => measureOnce({ ...rest, metric, at: end, interval: step }, sources)))
    const found = measured.flatMap(({ measurement }, at): [string, Measurement][] => {
      const name = metrics[at]?.name
      return name !== undefined && measurement && finite(measurement) ? [[name, measurement]] : []
    })
    intervals.push({ end, metrics: Object.fromEntries(found) })
    // What kept an earlier one from being measured and is over now is no problem any more.
    problems.splice(0, problems.length, ...measured.flatMap(({ problem }) => (problem ? [problem] : [])))
    if (problems.some(({ kind }) => kind === 'SourceDown')) break
  }
  return { intervals, problems }
}

const finite = (measurement: Measurement): boolean =>
  measurement.form === 'gauge' && (measurement.canary?.values.every(Number.isFinite) ?? true)
