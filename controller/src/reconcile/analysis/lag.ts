import type { Metric } from '../../api/metric.ts'
import type { Sources } from '../../metrics/sources.ts'

/** How long after the end of an interval the data of all these metrics are there, milliseconds. */
export async function lagOf(metrics: readonly Metric[], namespace: string, sources: Sources): Promise<number> {
  const found = await Promise.all(metrics.map(({ source }) => sources.find(source, namespace)))
  return Math.max(0, ...found.map((one) => ('missing' in one ? 0 : one.lagMs)))
}
