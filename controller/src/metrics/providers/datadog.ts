import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { Provider, ProviderCall, Series } from '../provider.ts'
import { below, failure, ok, parseJson, readJson, type Speaker, sentence } from './answers.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, stepSeconds, valueWindow, type Window } from './timeGrid.ts'

type Spec = NonNullable<MetricSourceSpec['datadog']>

const Answer = z.object({
  status: z.string().optional(),
  error: z.string().optional(),
  series: z
    .array(
      z.object({
        pointlist: z.array(z.tuple([z.number(), z.number().nullable()])),
        interval: z.number().optional(),
        scope: z.string().optional(),
        tag_set: z.array(z.string()).nullish(),
      }),
    )
    .default([]),
})
type Found = z.output<typeof Answer>['series'][number]

// Datadog makes the points of a series coarser beyond about 1,500.
const mostEdges = 1_000

/**
 * Datadog, by its time series query. Each metric of a query gets `.rollup(…, step)` where it says none of its own, so that a point is an amount of one
 * interval. Its buckets begin at multiples of their length.
 */
export const datadog: Provider<'datadog'> = {
  kind: 'datadog',
  language: 'datadog',
  counters: 'delta',
  arms: 'each',
  lagMs: 60_000,

  range(query, call) {
    const seconds = stepSeconds(query, 'Datadog')
    const text = rolledUp(query.query, seconds)
    return inParts(query, mostEdges, async (part) => {
      const found = await ask(text, bucketWindow(part, part.step), call)
      return found.map((series): Series => {
        if (series.interval !== undefined && series.interval !== seconds) {
          throw new SourceError(
            'query',
            `Datadog gave a point each ${series.interval}s and not each ${seconds}s: write .rollup(sum, ${seconds}) or a longer interval`,
          )
        }
        return {
          labels: labelsOf(series),
          points: bucketsOnGrid(numbers(series), 'begin', part),
        }
      })
    })
  },

  async values({ query, at, interval }, call) {
    const longest = Math.max(0, ...[...query.matchAll(/\.\s*rollup\([^()]*?(\d+)\s*\)/g)].map((own) => Number(own[1])))
    const window = valueWindow(at, Math.max(interval, Math.min(longest, 86_400) * 2_000))
    const found = await ask(query, window, call)
    return found.flatMap((series) => lastWhole(series, window.end) ?? [])
  },
}

async function ask(query: string, window: Window, call: ProviderCall<Spec>): Promise<Found[]> {
  const [apiKey, appKey] = [await call.secret(call.spec.apiKeyRef), await call.secret(call.spec.appKeyRef)]
  const speaker: Speaker = { vendor: 'Datadog', secrets: [apiKey, appKey] }
  const response = await call.send({
    method: 'GET',
    url: below(baseOf(call.spec), '/api/v1/query', [
      ['from', String(window.start / 1000)],
      // Both ends are included there.
      ['to', String(window.end / 1000 - 1)],
      ['query', query],
    ]),
    headers: { accept: 'application/json', 'dd-api-key': apiKey, 'dd-application-key': appKey },
    retryHeader: 'x-ratelimit-reset',
  })
  if (!ok(response)) throw failure(response, saidIn(response.text), speaker)
  const answer = readJson(Answer, response, speaker)
  // A query that it does not understand is told with status 200.
  if (answer.error)
    throw new SourceError(/rate limit/i.test(answer.error) ? 'limited' : 'query', `Datadog: ${sentence(answer.error, speaker.secrets)}`)
  boundSeries(answer.series.length)
  return answer.series
}

function baseOf({ url, site }: Spec): string {
  if (url) return url
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i.test(site))
    throw new SourceError('refused', `datadog.site is not the name of a site: write one like datadoghq.eu`)
  return `https://api.${site}`
}

const Errors = z.object({ errors: z.array(z.string()) })
function saidIn(text: string): string | undefined {
  const parsed = Errors.safeParse(parseJson(text))
  return parsed.success && parsed.data.errors.length > 0 ? parsed.data.errors.join('; ') : undefined
}

function numbers(series: Found): [number, number][] {
  return series.pointlist
    .flatMap(([at, value]): [number, number][] => (value === null || !Number.isFinite(value) ? [] : [[at, value]]))
    .sort(([a], [b]) => a - b)
}

/** The last number of a bucket that is over; of one that is not, there is nothing else. */
function lastWhole(series: Found, end: Instant): number | undefined {
  const found = numbers(series)
  const whole = found.filter(([at]) => at + (series.interval ?? 0) * 1000 <= end)
  return (whole.at(-1) ?? found.at(-1))?.[1]
}

/** Tags as labels: of `pod_name:web-1` the first colon parts name and value. */
function labelsOf(series: Found): Record<string, string> {
  const tags = series.tag_set?.length ? series.tag_set : (series.scope ?? '').split(',')
  const labels: Record<string, string> = {}
  for (const tag of tags) {
    const colon = tag.indexOf(':')
    if (colon > 0) labels[tag.slice(0, colon).trim()] = tag.slice(colon + 1).trim()
  }
  return labels
}

const metricInQuery =
  /(?:\b(sum|avg|min|max|count|p\d{1,2}(?:\.\d+)?)(?:\([^()]*\))?:)?[a-zA-Z][\w.]*\{[^{}]*\}(?:\s*by\s*\{[^{}]*\})?((?:\s*\.\s*[a-z_]+\([^()]*\))*)/g

/** The query with a rollup of that many seconds on each of its metrics that has none, or none with a length. */
export function rolledUp(query: string, seconds: number): string {
  return query.replace(metricInQuery, (found: string, space: string | undefined, calls: string) => {
    const own = /\.\s*rollup\(\s*([a-z]+)?\s*(,\s*\d+\s*)?\)/.exec(calls)
    if (own?.[2] || /\.\s*rollup\(\s*\d+\s*\)/.test(calls)) return found
    if (own) return found.slice(0, found.length - calls.length) + calls.replace(own[0], `.rollup(${own[1] ?? 'sum'}, ${seconds})`)
    return `${found}.rollup(${overTime(space, calls)}, ${seconds})`
  })
}

// Counts are added up over time; a level is not.
function overTime(space: string | undefined, calls: string): string {
  if (space === undefined || space === 'sum' || space === 'count' || /\.\s*as_count\(/.test(calls)) return 'sum'
  return space === 'min' || space === 'max' ? space : 'avg'
}
