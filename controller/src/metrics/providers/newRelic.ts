import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import { SourceError, type SourceFault } from '../errors.ts'
import type { Provider, ProviderCall, Series } from '../provider.ts'
import { failure, ok, parseJson, readJson, type Speaker, sentence } from './answers.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, stepSeconds, valueWindow, type Window } from './timeGrid.ts'

type Spec = NonNullable<MetricSourceSpec['newRelic']>

const Problem = z.object({ message: z.string(), extensions: z.looseObject({ errorClass: z.string().optional() }).nullish() })
const Row = z.record(z.string(), z.unknown())
type Row = z.output<typeof Row>
const Answer = z.object({
  errors: z.array(Problem).nullish(),
  data: z
    .object({
      actor: z
        .object({
          account: z
            .object({
              nrql: z.object({ results: z.array(Row), metadata: z.object({ facets: z.array(z.string()).nullish() }).nullish() }).nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

interface Found {
  readonly rows: readonly Row[]
  /** Attributes that FACET names. */
  readonly facets: readonly string[]
}

// NRQL gives at most 366 buckets.
const mostEdges = 360
const document =
  'query ($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql) { results metadata { facets } } } } }'

/**
 * New Relic, by NRQL in NerdGraph. A query leaves out TIMESERIES, SINCE and UNTIL, which are appended. Labels are `facet` and the attributes of
 * FACET; where a query selects several numbers, `value` names them.
 */
export const newRelic: Provider<'newRelic'> = {
  kind: 'newRelic',
  language: 'nrql',
  counters: 'delta',
  arms: 'each',
  lagMs: 60_000,

  range(query, call) {
    const seconds = stepSeconds(query, 'New Relic')
    const clause = clausesOf(query.query)[0]
    if (clause) throw new SourceError('query', `New Relic: leave ${clause} out of the query: the times and the interval are appended to it`)
    return inParts(query, mostEdges, async (part) => {
      const found = await ask(`${trimmed(query.query)} TIMESERIES ${seconds} seconds ${bounds(bucketWindow(part, 1000))}`, call)
      return seriesOf(found, (row) => row.endTimeSeconds).map(
        ({ labels, points }): Series => ({
          labels,
          points: bucketsOnGrid(points, 'end', part),
        }),
      )
    })
  },

  async values({ query, at, interval }, call) {
    const clauses = clausesOf(query)
    const bounded = clauses.includes('SINCE') || clauses.includes('UNTIL') ? '' : ` ${bounds(valueWindow(at, interval))}`
    const found = await ask(trimmed(query) + bounded, call)
    return seriesOf(found, (row) => row.endTimeSeconds ?? 0).flatMap(({ points }) => points.at(-1)?.[1] ?? [])
  },
}

const bounds = ({ start, end }: Window) => `SINCE ${start} UNTIL ${end}`
const trimmed = (query: string) => query.trim().replace(/;$/, '')

/** Which clauses of time a query has, outside of strings, quoted names and comments. */
function clausesOf(query: string): string[] {
  const bare = query.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|--[^\n]*|\/\/[^\n]*/g, ' ')
  return ['TIMESERIES', 'SINCE', 'UNTIL'].filter((clause) => new RegExp(`\\b${clause}\\b`, 'i').test(bare))
}

async function ask(nrql: string, call: ProviderCall<Spec>): Promise<Found> {
  const key = await call.secret(call.spec.apiKeyRef)
  const speaker: Speaker = { vendor: 'New Relic', secrets: [key] }
  const response = await call.send({
    method: 'POST',
    url: call.spec.url ?? `https://api.${call.spec.region === 'eu' ? 'eu.' : ''}newrelic.com/graphql`,
    headers: { accept: 'application/json', 'content-type': 'application/json', 'api-key': key },
    body: JSON.stringify({ query: document, variables: { account: call.spec.accountId, nrql } }),
  })
  if (!ok(response)) {
    const failed = z.object({ errors: z.array(Problem).min(1) }).safeParse(parseJson(response.text))
    throw failure(response, failed.success ? failed.data.errors[0]?.message : undefined, speaker)
  }
  const answer = readJson(Answer, response, speaker)
  // GraphQL tells of errors with status 200.
  const problem = answer.errors?.[0]
  if (problem) throw new SourceError(faultOf(problem), `New Relic: ${sentence(problem.message, speaker.secrets)}`)
  const nrqlAnswer = answer.data?.actor?.account?.nrql
  if (!nrqlAnswer)
    throw new SourceError(
      'shape',
      `New Relic gave no results for account ${call.spec.accountId}: check accountId, region and what the key may read`,
    )
  return { rows: nrqlAnswer.results, facets: nrqlAnswer.metadata?.facets ?? [] }
}

function faultOf({ message, extensions }: z.output<typeof Problem>): SourceFault {
  const what = extensions?.errorClass ?? ''
  if (/NRQL (syntax|parse)|unknown function/i.test(message)) return 'query'
  if (/TOO_MANY|RATE_LIMIT/i.test(what) || /rate limit|too many requests/i.test(message)) return 'limited'
  if (/ACCESS|AUTH|FORBIDDEN/i.test(what)) return 'refused'
  return /TIMEOUT|SERVER|UNAVAILABLE|INTERNAL/i.test(what) ? 'down' : 'query'
}

const reserved = new Set(['beginTimeSeconds', 'endTimeSeconds', 'facet', 'timestamp', 'inspectedCount'])

/** Rows as series, in their order. `at`: when a row is; rows without a number there are of another shape. */
function seriesOf({ rows, facets }: Found, at: (row: Row) => unknown): { labels: Record<string, string>; points: [number, number][] }[] {
  const attributes = new Set([...facets, ...reserved])
  const found = new Map<string, { labels: Record<string, string>; name: string; points: [number, number][] }>()
  const names = new Set<string>()
  for (const row of rows) {
    const when = at(row)
    if (typeof when !== 'number')
      throw new SourceError('shape', 'New Relic gave results without times: the query must give numbers by functions like count()')
    const facet = labelsOf(row, facets)
    for (const [name, value] of numbersIn(row, attributes)) {
      names.add(name)
      const key = JSON.stringify([facet, name])
      const series = found.get(key) ?? { labels: facet, name, points: [] }
      found.set(key, series)
      boundSeries(found.size)
      series.points.push([when * 1000, value])
    }
  }
  return [...found.values()].map(({ labels, name, points }) => ({
    labels: names.size > 1 ? { ...labels, value: name } : labels,
    points: points.sort(([a], [b]) => a - b),
  }))
}

function labelsOf(row: Row, facets: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {}
  const values = Array.isArray(row.facet) ? row.facet : row.facet === undefined || row.facet === null ? [] : [row.facet]
  if (values.length > 0) labels.facet = values.map(String).join(', ')
  for (const [index, name] of facets.entries()) {
    const value = row[name] ?? values[index]
    if (value !== undefined && value !== null) labels[name] = String(value)
  }
  return labels
}

/** The numbers of a row by name; of functions that give several, like percentile, by "name.part". */
function numbersIn(row: Row, without: ReadonlySet<string>): [string, number][] {
  return Object.entries(row).flatMap(([name, value]): [string, number][] => {
    if (without.has(name)) return []
    if (typeof value === 'number') return [[name, value]]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return Object.entries(value).flatMap(([part, inner]): [string, number][] =>
      typeof inner === 'number' ? [[`${name}.${part}`, inner]] : [],
    )
  })
}
