import type { MetricSourceSpec } from '../../api/metricSource.ts'
import type { Provider, Series } from '../provider.ts'
import { fluxRange, fluxValues } from './influxFlux.ts'
import { influxqlRange, influxqlValues } from './influxql.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, stepSeconds, valueWindow } from './timeGrid.ts'

type Spec = NonNullable<MetricSourceSpec['influxdb']>

const mostEdges = 5_000

/**
 * InfluxDB: with `org` by Flux, with `database` by InfluxQL. Windows of both begin at multiples of the interval.
 * Flux gets the record `v` with timeRangeStart, timeRangeStop and windowPeriod; a window is named by its end, as aggregateWindow does.
 * InfluxQL has $timeFilter and $interval filled in; GROUP BY time($interval) names a window by its begin.
 */
export const influxdb: Provider<'influxdb'> = {
  kind: 'influxdb',
  language: 'flux',
  languageOf: ({ org }: Spec) => (org === undefined ? 'influxql' : 'flux'),
  counters: 'delta',
  arms: 'each',
  lagMs: 15_000,

  range(query, call) {
    stepSeconds(query, 'InfluxDB')
    const ask = call.spec.org === undefined ? influxqlRange : fluxRange
    return inParts(query, mostEdges, async (part) => {
      const found = await ask(query.query, bucketWindow(part, part.step), part.step, call)
      boundSeries(found.length)
      return found.map(
        ({ labels, points }): Series => ({
          labels,
          points: bucketsOnGrid(points, 'end', part),
        }),
      )
    })
  },

  values({ query, at, interval }, call) {
    const ask = call.spec.org === undefined ? influxqlValues : fluxValues
    return ask(query, valueWindow(at, interval), interval, call)
  },
}
