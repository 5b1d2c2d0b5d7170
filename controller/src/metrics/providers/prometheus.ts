import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { Provider, ProviderCall, RangeQuery, Series, SourceRequest } from '../provider.ts'
import { below, parseJson, sentence } from './answers.ts'
import { type PromData, type PromNumber, type PromSeries, readData } from './prometheusData.ts'
import { boundSeries, inParts, onGrid } from './timeGrid.ts'

type Spec = { url: string; tenant?: string | undefined }
type Call = ProviderCall<Spec>

// Prometheus gives at most 11,000 points a series.
const mostEdges = 10_000

/** Prometheus and what speaks its API. Native histograms come as buckets, NaN is no point. */
export const prometheus: Provider<'prometheus'> = {
  kind: 'prometheus',
  language: 'promql',
  counters: 'cumulative',
  arms: 'regex',
  lagMs: 15_000,
  range: (query, call) => inParts(query, mostEdges, (part) => rangeOnce(part, call)),
  async values({ query, at }, call) {
    const data = await ask('query', { query, time: seconds(at) }, call)
    if (data.resultType === 'scalar') return [data.value]
    if (data.resultType === 'matrix') {
      throw new SourceError(
        'shape',
        'the query gives ranges where numbers are needed: put it into a function like rate(…[5m]) or last_over_time(…[5m])',
      )
    }
    return data.series.flatMap((series) => {
      if (series.histograms.length > 0) {
        throw new SourceError(
          'shape',
          'the query gives native histograms where numbers are needed: put it into histogram_quantile() or histogram_count()',
        )
      }
      return series.numbers.map(([, value]) => value)
    })
  },
}

async function rangeOnce(query: RangeQuery, call: Call): Promise<Series[]> {
  const { from, to, step } = query
  // nocache: VictoriaMetrics gives long ranges at other times than short ones without it. Others do not know it.
  const params = { query: query.query, start: seconds(from), end: seconds(to), step: seconds(step), nocache: '1' }
  const data = await ask('query_range', params, call)
  if (data.resultType !== 'matrix')
    throw new SourceError('shape', 'the source answers a range query with something else than series over time')
  boundSeries(data.series.length)
  return data.series.map((series) => onEdges(series, query))
}

/**
 * Some query front ends move the times asked for to multiples of the step: their points go to the next edge, that is less than a step late, both
 * versions alike.
 */
function onEdges({ labels, numbers, histograms }: PromSeries, query: RangeQuery): Series {
  const known = numbers.filter(([, value]) => !Number.isNaN(value))
  const points: readonly PromNumber[] = aligned(known, query) ? known : onGrid(known, query)
  return histograms.length === 0 ? { labels, points } : { labels, points, histograms: onGrid(histograms, query) }
}

function aligned(points: readonly PromNumber[], { from, to, step }: RangeQuery): boolean {
  let last = Number.NEGATIVE_INFINITY
  for (const [at] of points) {
    if (at <= last || at < from || at > to || (at - from) % step !== 0) return false
    last = at
  }
  return true
}

// By the part of the source that belongs to one client, so that a changed source is tried anew.
const withoutPost = new WeakSet<object>()

async function ask(path: 'query' | 'query_range', params: Record<string, string>, call: Call): Promise<PromData> {
  const { spec } = call
  const form = new URLSearchParams(params)
  const address = `/api/v1/${path}`
  const headers: Record<string, string> = spec.tenant === undefined ? {} : { 'x-scope-orgid': spec.tenant }
  const post: SourceRequest = {
    method: 'POST',
    url: below(spec.url, address),
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  }
  const get: SourceRequest = { method: 'GET', url: below(spec.url, address, [...form]), headers }
  let response = await call.send(withoutPost.has(spec) ? get : post)
  if (response.status === 405 && !withoutPost.has(spec)) {
    withoutPost.add(spec)
    response = await call.send(get)
  }
  const body = parseJson(response.text)
  const said = readError(body)
  if (said) throw said
  if (response.status < 200 || response.status >= 300 || typeof body !== 'object' || body === null) {
    const what = response.text === '' ? 'nothing' : body === undefined ? 'something that is not JSON' : 'other JSON'
    throw new SourceError(
      'shape',
      `${new URL(spec.url).origin} answered ${response.status} with ${what}: is spec.prometheus.url the address of a Prometheus?`,
    )
  }
  return readData((body as { data?: unknown }).data)
}

// Of the source itself; what is left (bad_data, execution, not_found) is about the query.
const ofTheSource = new Set(['timeout', 'canceled', 'unavailable', 'internal', 'too_many_requests'])

function readError(body: unknown): SourceError | undefined {
  if (typeof body !== 'object' || body === null || !('status' in body) || body.status !== 'error') return undefined
  const { errorType, error } = body as { errorType?: unknown; error?: unknown }
  const words = typeof error === 'string' && error !== '' ? sentence(error, []) : 'it gave no reason'
  if (typeof errorType === 'string' && ofTheSource.has(errorType)) {
    return new SourceError(errorType === 'too_many_requests' ? 'limited' : 'down', `Prometheus could not answer: ${words}`)
  }
  return new SourceError('query', `Prometheus does not take the query: ${words}`)
}

/** Seconds with milliseconds, as the API takes times and steps. */
const seconds = (ms: Instant) => (ms / 1000).toFixed(3)
