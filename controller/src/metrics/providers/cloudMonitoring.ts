import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import { SourceError } from '../errors.ts'
import type { NativeBucket, Provider, ProviderCall, Series, SourceRequest, SourceResponse } from '../provider.ts'
import { below, failure, ok, parseJson, readJson, type Speaker, sentence } from './answers.ts'
import { bucketsOf, Distribution } from './googleDistribution.ts'
import { googleTokens, type TokenCache } from './googleToken.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, onGrid, stepSeconds, valueWindow, type Window } from './timeGrid.ts'

type Call = ProviderCall<NonNullable<MetricSourceSpec['cloudMonitoring']>>

const Double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])
const Answer = z.object({
  timeSeries: z
    .array(
      z.object({
        metric: z.object({ type: z.string().optional(), labels: z.record(z.string(), z.string()).default({}) }).prefault({}),
        resource: z.object({ type: z.string().optional(), labels: z.record(z.string(), z.string()).default({}) }).prefault({}),
        points: z
          .array(
            z.object({
              interval: z.object({ endTime: z.string() }),
              value: z.object({
                doubleValue: Double.optional(),
                int64Value: z.union([z.string(), z.number()]).transform(Number).optional(),
                boolValue: z.boolean().optional(),
                distributionValue: Distribution.optional(),
              }),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
  executionErrors: z.array(z.object({ message: z.string().optional() })).default([]),
})
type TimeSeries = z.output<typeof Answer>['timeSeries'][number]
type Point = TimeSeries['points'][number]

const Words = z.string().regex(/^[A-Z_0-9]{1,64}$/)
const Query = z.strictObject({
  filter: z.string().min(1),
  perSeriesAligner: Words.default('ALIGN_DELTA'),
  crossSeriesReducer: Words.optional(),
  groupByFields: z.array(z.string().max(256)).max(20).default([]),
})

const mostEdges = 10_000
const mostPages = 50
const vendor = 'Cloud Monitoring'

/** Google Cloud Monitoring with an own cache of access tokens. */
export function cloudMonitoringProvider(tokens: TokenCache = googleTokens()): Provider<'cloudMonitoring'> {
  return {
    kind: 'cloudMonitoring',
    language: 'monitoring',
    counters: 'delta',
    lagMs: 240_000,
    arms: 'each',

    range(query, call) {
      const seconds = stepSeconds(query, vendor, 60)
      return inParts(query, mostEdges, async (part) => {
        const window = bucketWindow(part, 1000)
        // One interval more, for where alignment begins otherwise than at the window's bounds.
        const found = await ask(query.query, { ...window, start: window.start - part.step }, seconds, tokens, call)
        return found.map((series): Series => {
          const points = bucketsOnGrid(numbers(series), 'end', part)
          const histograms = onGrid(distributions(series), part)
          return { labels: labelsOf(series), points, ...(histograms.length > 0 ? { histograms } : {}) }
        })
      })
    },

    async values({ query, at, interval }, call) {
      const window = valueWindow(at, interval)
      const found = await ask(query, window, (window.end - window.start) / 1000, tokens, call)
      return found.flatMap((series) => {
        const last = series.points
          .map((point) => [endOf(point), numberOf(point)] as const)
          .sort(([a], [b]) => a - b)
          .at(-1)
        if (!last) return []
        if (last[1] === undefined)
          throw new SourceError(
            'shape',
            `${vendor} gave a distribution: write the query as JSON with a perSeriesAligner like ALIGN_PERCENTILE_95`,
          )
        return [last[1]]
      })
    },
  }
}

/**
 * Google Cloud Monitoring, by timeSeries.list. A query is a filter, aligned by ALIGN_DELTA, or JSON with filter, perSeriesAligner, crossSeriesReducer
 * and groupByFields. Distributions are histograms. Labels are those of the metric and the resource, each also as `metric.x` and `resource.x`.
 */
export const cloudMonitoring: Provider<'cloudMonitoring'> = cloudMonitoringProvider()

function parse(query: string): z.output<typeof Query> {
  if (!/^\s*\{/.test(query)) return Query.parse({ filter: query })
  const parsed = Query.safeParse(parseJson(query))
  if (parsed.success) return parsed.data
  throw new SourceError(
    'query',
    `${vendor}: the query is neither a filter nor JSON with filter, perSeriesAligner, crossSeriesReducer and groupByFields`,
  )
}

async function ask(text: string, window: Window, alignment: number, tokens: TokenCache, call: Call): Promise<TimeSeries[]> {
  const query = parse(text)
  const base = call.spec.url ?? 'https://monitoring.googleapis.com'
  const params: [string, string][] = [
    ['filter', query.filter],
    ['interval.startTime', new Date(window.start).toISOString()],
    ['interval.endTime', new Date(window.end).toISOString()],
    ['aggregation.alignmentPeriod', `${alignment}s`],
    ['aggregation.perSeriesAligner', query.perSeriesAligner],
    ...(query.crossSeriesReducer ? [['aggregation.crossSeriesReducer', query.crossSeriesReducer] as [string, string]] : []),
    ...query.groupByFields.map((field): [string, string] => ['aggregation.groupByFields', field]),
    ['view', 'FULL'],
    ['pageSize', '10000'],
  ]
  const found: TimeSeries[] = []
  let pageToken: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const path = `/v3/projects/${encodeURIComponent(call.spec.project)}/timeSeries`
    const { response, speaker } = await authorized(
      below(base, path, pageToken ? [...params, ['pageToken', pageToken]] : params),
      tokens,
      call,
    )
    if (!ok(response)) throw failure(response, saidIn(response.text), speaker)
    const answer = readJson(Answer, response, speaker)
    const [error] = answer.executionErrors
    if (error)
      throw new SourceError('down', `${vendor} gave only a part: ${sentence(error.message ?? 'it does not say why', speaker.secrets)}`)
    found.push(...answer.timeSeries)
    boundSeries(found.length)
    if (!answer.nextPageToken) return found
    pageToken = answer.nextPageToken
  }
  throw new SourceError('query', `${vendor} has more than ${mostPages} pages for the query: let it choose fewer series`)
}

/** Sends with a token; where a kept one is refused, once more with a new one. */
async function authorized(url: string, tokens: TokenCache, call: Call): Promise<{ response: SourceResponse; speaker: Speaker }> {
  const key = await call.secret(call.spec.serviceAccountKeyRef)
  const tokenCall = {
    key,
    now: call.now,
    plain: call.spec.url?.startsWith('http:') ?? false,
    send: (request: SourceRequest) => call.send(request),
  }
  const attempt = async (token: string) => {
    const response = await call.send({ method: 'GET', url, headers: { accept: 'application/json', authorization: `Bearer ${token}` } })
    return { response, speaker: { vendor, secrets: [token] } }
  }
  const token = await tokens.token(tokenCall)
  try {
    return await attempt(token.value)
  } catch (cause) {
    if (!(cause instanceof SourceError) || cause.fault !== 'refused') throw cause
    tokens.forget(key)
    if (!token.known) throw cause
    return attempt((await tokens.token(tokenCall)).value)
  }
}

const endOf = (point: Point) => Date.parse(point.interval.endTime)

function numberOf({ value }: Point): number | undefined {
  return value.doubleValue ?? value.int64Value ?? (value.boolValue === undefined ? undefined : Number(value.boolValue))
}

function numbers(series: TimeSeries): [number, number][] {
  return series.points.flatMap((point): [number, number][] => {
    const value = numberOf(point)
    return value === undefined ? [] : [[endOf(point), value]]
  })
}

function distributions(series: TimeSeries): [number, readonly NativeBucket[]][] {
  return series.points.flatMap((point): [number, readonly NativeBucket[]][] => {
    const buckets = point.value.distributionValue && bucketsOf(point.value.distributionValue)
    return buckets ? [[endOf(point), buckets]] : []
  })
}

// Both ways of naming: a short name for podLabel, and one that cannot be mistaken. The resource's pod is the one that counts.
function labelsOf({ metric, resource }: TimeSeries): Record<string, string> {
  const long = (kind: string, labels: Readonly<Record<string, string>>) =>
    Object.entries(labels).map(([name, value]) => [`${kind}.${name}`, value] as const)
  return Object.fromEntries([
    ...Object.entries(metric.labels),
    ...Object.entries(resource.labels),
    ...long('metric', metric.labels),
    ...long('resource', resource.labels),
    ...(metric.type ? [['metric.type', metric.type] as const] : []),
  ])
}

const Failed = z.object({ error: z.object({ message: z.string() }) })
function saidIn(text: string): string | undefined {
  const parsed = Failed.safeParse(parseJson(text))
  return parsed.success ? parsed.data.error.message : undefined
}
