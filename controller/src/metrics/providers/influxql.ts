import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import { SourceError } from '../errors.ts'
import type { ProviderCall } from '../provider.ts'
import { below, failure, ok, parseJson, readJson, type Speaker, sentence } from './answers.ts'
import type { InfluxSeries } from './influxFlux.ts'
import { boundSeries, type Window } from './timeGrid.ts'

type Call = ProviderCall<NonNullable<MetricSourceSpec['influxdb']>>

const Answer = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        partial: z.boolean().optional(),
        series: z
          .array(
            z.object({
              name: z.string().optional(),
              tags: z.record(z.string(), z.string()).optional(),
              columns: z.array(z.string()),
              values: z.array(z.array(z.union([z.number(), z.string(), z.boolean(), z.null()]))).default([]),
              partial: z.boolean().optional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
})

/** Amounts of windows by InfluxQL. Throws a SourceError. */
export async function influxqlRange(query: string, window: Window, step: number, call: Call): Promise<InfluxSeries[]> {
  if (!timeFilter.test(query) || !/\btime\s*\(\s*\$interval\b/i.test(query)) {
    throw new SourceError(
      'query',
      'InfluxDB: the query lacks $timeFilter or time($interval): write SELECT sum(x) FROM m WHERE $timeFilter GROUP BY time($interval)',
    )
  }
  const found = await ask(query, window, step, call)
  return found.map(({ labels, points }) => ({ labels, points: points.map(([at, value]) => [at + step, value]) }))
}

/** The last number of each series and column. Throws a SourceError. */
export async function influxqlValues(query: string, window: Window, interval: number, call: Call): Promise<number[]> {
  const found = await ask(query, window, interval, call)
  return found.flatMap(({ points }) => points.at(-1)?.[1] ?? [])
}

const timeFilter = /\$timeFilter\b/
// With their g flag they are for replacing only: test() would remember where it was.
const everyTimeFilter = /\$timeFilter\b/g
const everyInterval = /\$interval\b/g

async function ask(query: string, window: Window, interval: number, call: Call): Promise<InfluxSeries[]> {
  const token = call.spec.tokenRef && (await call.secret(call.spec.tokenRef))
  const speaker: Speaker = { vendor: 'InfluxDB', secrets: token ? [token] : [] }
  const filled = query
    .replace(everyTimeFilter, () => `time >= ${window.start}ms AND time < ${window.end}ms`)
    .replace(everyInterval, () => `${Math.max(1, Math.round(interval / 1000))}s`)
  const response = await call.send({
    method: 'GET',
    url: below(call.spec.url, '/query', [
      ['db', call.spec.database ?? ''],
      ['q', filled],
      ['epoch', 'ms'],
    ]),
    headers: { accept: 'application/json', ...(token ? { authorization: `Token ${token}` } : {}) },
  })
  if (!ok(response)) {
    const failed = z.object({ error: z.string() }).safeParse(parseJson(response.text))
    throw failure(response, failed.success ? failed.data.error : undefined, speaker)
  }
  const answer = readJson(Answer, response, speaker)
  const error = answer.error ?? answer.results.find((result) => result.error)?.error
  if (error)
    throw new SourceError(/timeout|max-concurrent/i.test(error) ? 'down' : 'query', `InfluxDB: ${sentence(error, speaker.secrets)}`)
  const found = answer.results.flatMap((result) => result.series)
  if (answer.results.some((result) => result.partial) || found.some((series) => series.partial)) {
    throw new SourceError('query', 'InfluxDB gave only the first rows, by its own limit: let the query choose fewer series')
  }
  const series = found.flatMap(byColumn)
  boundSeries(series.length)
  return series
}

/** One series a column of numbers; several columns are told apart by the label `column`. */
function byColumn({ tags, columns, values }: z.output<typeof Answer>['results'][number]['series'][number]): InfluxSeries[] {
  const time = columns.indexOf('time')
  const numeric = columns.flatMap((name, index) =>
    index !== time && values.some((row) => typeof row[index] === 'number') ? [{ name, index }] : [],
  )
  return numeric.map(({ name, index }) => {
    const points: [number, number][] = []
    for (const row of values) {
      const [at, value] = [time < 0 ? 0 : row[time], row[index]]
      if (typeof at === 'number' && typeof value === 'number') points.push([at, value])
    }
    return { labels: { ...tags, ...(numeric.length > 1 ? { column: name } : {}) }, points: points.sort(([a], [b]) => a - b) }
  })
}
