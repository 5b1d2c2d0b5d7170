import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { ProviderCall } from '../provider.ts'
import { type Cell, readTables, type Table } from './annotatedCsv.ts'
import { below, failure, ok, parseJson, type Speaker, sentence } from './answers.ts'
import { boundSeries, type Window } from './timeGrid.ts'

type Call = ProviderCall<NonNullable<MetricSourceSpec['influxdb']>>

/** What was found of one series, at the end of each window. */
export interface InfluxSeries {
  readonly labels: Record<string, string>
  readonly points: [Instant, number][]
}

/** Amounts of windows by Flux. Throws a SourceError. */
export async function fluxRange(query: string, window: Window, step: number, call: Call): Promise<InfluxSeries[]> {
  for (const name of ['v.timeRangeStart', 'v.windowPeriod']) {
    if (!query.includes(name)) {
      throw new SourceError(
        'query',
        `InfluxDB: the query lacks ${name}: write range(start: v.timeRangeStart, stop: v.timeRangeStop) and aggregateWindow(every: v.windowPeriod, fn: sum)`,
      )
    }
  }
  const tables = await ask(query, window, step, call)
  return tables.map((table) => {
    const points: [Instant, number][] = []
    for (const row of table.rows) {
      const at = row.get('_time')
      if (typeof at !== 'object' || at === null)
        throw new SourceError('shape', 'InfluxDB gave rows without _time: end the query with aggregateWindow')
      const value = numberOf(row)
      if (value !== undefined) points.push([at.at, value])
    }
    return { labels: labelsOf(table), points }
  })
}

/** The last number of each table. Throws a SourceError. */
export async function fluxValues(query: string, window: Window, interval: number, call: Call): Promise<number[]> {
  const tables = await ask(query, window, interval, call)
  return tables.flatMap((table) => table.rows.flatMap((row) => numberOf(row) ?? []).at(-1) ?? [])
}

async function ask(query: string, window: Window, period: number, call: Call): Promise<Table[]> {
  const token = call.spec.tokenRef && (await call.secret(call.spec.tokenRef))
  const speaker: Speaker = { vendor: 'InfluxDB', secrets: token ? [token] : [] }
  const response = await call.send({
    method: 'POST',
    url: below(call.spec.url, '/api/v2/query', [['org', call.spec.org ?? '']]),
    headers: { accept: 'application/csv', 'content-type': 'application/json', ...(token ? { authorization: `Token ${token}` } : {}) },
    body: JSON.stringify({
      query,
      type: 'flux',
      dialect: { header: true, delimiter: ',', annotations: ['datatype', 'group', 'default'] },
      extern: variables(window, period),
    }),
  })
  if (!ok(response)) {
    const failed = z.object({ message: z.string() }).safeParse(parseJson(response.text))
    throw failure(response, failed.success ? failed.data.message : undefined, speaker)
  }
  const read = readTables(response.text)
  if ('shape' in read) throw new SourceError('shape', `InfluxDB answered with ${read.shape}: check the address of the source`)
  // A query that fails on the way tells so in a table of its own, after status 200.
  if ('error' in read) throw new SourceError('query', `InfluxDB: ${sentence(read.error, speaker.secrets)}`)
  boundSeries(read.tables.length)
  return read.tables
}

/** The option `v`, as a file of Flux that comes before the query: a query cannot be prefixed by text, since its imports come first. */
function variables({ start, end }: Window, period: number): unknown {
  const property = (name: string, value: unknown) => ({ type: 'Property', key: { type: 'Identifier', name }, value })
  const time = (at: Instant) => ({ type: 'DateTimeLiteral', value: new Date(at).toISOString() })
  const properties = [
    property('timeRangeStart', time(start)),
    property('timeRangeStop', time(end)),
    property('windowPeriod', { type: 'DurationLiteral', values: [{ magnitude: period, unit: 'ms' }] }),
  ]
  const assignment = { type: 'VariableAssignment', id: { type: 'Identifier', name: 'v' }, init: { type: 'ObjectExpression', properties } }
  return { type: 'File', package: null, imports: null, body: [{ type: 'OptionStatement', assignment }] }
}

function numberOf(row: ReadonlyMap<string, Cell>): number | undefined {
  const value = row.get('_value')
  if (typeof value === 'string') throw new SourceError('shape', 'InfluxDB gave text as _value: the query must give numbers')
  return typeof value === 'number' ? value : undefined
}

function labelsOf({ group, rows }: Table): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const name of group) {
    const value = rows[0]?.get(name)
    if (typeof value === 'string') labels[name] = value
  }
  return labels
}
