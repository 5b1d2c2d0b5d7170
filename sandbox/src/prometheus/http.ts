import { evaluate, evaluateRange } from './evaluate.ts'
import { PromqlError } from './expr.ts'
import { signature } from './labels.ts'
import { durationMs } from './literals.ts'
import type { Series, SeriesSource } from './series.ts'
import type { Value } from './value.ts'

export interface PrometheusRequest {
  method: string
  /** Path with its query; what stands before the path does not count. */
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string
}

export interface PrometheusResponse {
  status: number
  headers: Record<string, string>
  text: string
}

/** Points of one series that a range query may ask for. */
const mostPoints = 11_000

type ErrorType = 'bad_data' | 'execution'
const statusOf: Record<ErrorType, number> = { bad_data: 400, execution: 422 }

class Refused extends Error {}

/** Answers /api/v1/query and /api/v1/query_range (GET, and POST as a form), /-/healthy and /-/ready as Prometheus does. */
export function answer(request: PrometheusRequest, data: SeriesSource, now: number): PrometheusResponse {
  const url = new URL(request.url, 'http://prometheus.invalid')
  const method = request.method.toUpperCase()
  if (url.pathname === '/-/healthy') return plain(200, 'Prometheus Server is Healthy.\n')
  if (url.pathname === '/-/ready') return plain(200, 'Prometheus Server is Ready.\n')
  const query = url.pathname === '/api/v1/query'
  if (!query && url.pathname !== '/api/v1/query_range') return plain(404, '404 page not found\n')
  if (method !== 'GET' && method !== 'POST') return { ...plain(405, 'Method Not Allowed\n'), headers: { allow: 'GET, OPTIONS, POST' } }
  try {
    const parameters = parametersOf(request, url, method)
    return json(200, { status: 'success', data: query ? instant(parameters, data, now) : range(parameters, data) })
  } catch (error) {
    if (error instanceof Refused) return refusal('bad_data', error.message)
    if (!(error instanceof PromqlError)) throw error
    const { errorType, message } = error
    return refusal(errorType, errorType === 'bad_data' ? `invalid parameter "query": ${message}` : message)
  }
}

/** A form's fields come before those of the address. */
function parametersOf({ headers = {}, body = '' }: PrometheusRequest, url: URL, method: string): URLSearchParams {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const isForm = method === 'POST' && type?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'
  return new URLSearchParams([...(isForm ? new URLSearchParams(body) : []), ...url.searchParams])
}

function instant(parameters: URLSearchParams, data: SeriesSource, now: number): unknown {
  const at = parameters.get('time') ? timeOf(parameters, 'time') : now
  const value = evaluate(parameters.get('query') ?? '', data, at)
  return resultOf(value, at)
}

function resultOf(value: Value, at: number): unknown {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: point(at, value.value) }
    case 'vector':
      return {
        resultType: 'vector',
        result: value.elements.map(({ labels, value: number }) => ({ metric: labels, value: point(at, number) })),
      }
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.ranges.map(({ series, from, to }) => ({ metric: series.labels, values: pointsOf(series, from, to) })),
      }
  }
}

function range(parameters: URLSearchParams, data: SeriesSource): unknown {
  const from = timeOf(parameters, 'start')
  const to = timeOf(parameters, 'end')
  if (to < from) throw new Refused('invalid parameter "end": end timestamp must not be before start time')
  const text = parameters.get('step') ?? ''
  const step = durationMs(text)
  if (step === undefined) throw new Refused(`invalid parameter "step": cannot parse ${JSON.stringify(text)} to a valid duration`)
  if (step <= 0) {
    throw new Refused('invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer')
  }
  if ((to - from) / step > mostPoints) {
    throw new Refused('exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)')
  }
  const found = evaluateRange(parameters.get('query') ?? '', data, { from, to, step })
  const sorted = found.map((series) => ({ ...series, key: signature(series.labels) })).sort((a, b) => (a.key < b.key ? -1 : 1))
  return {
    resultType: 'matrix',
    result: sorted.map(({ labels, points }) => ({ metric: labels, values: points.map(([at, value]) => point(at, value)) })),
  }
}

/** Unix seconds with parts, or RFC 3339. */
function timeOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? ''
  const seconds = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Math.round(Number(text) * 1000) : Number.NaN
  const at = Number.isNaN(seconds) && /^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : seconds
  if (!Number.isFinite(at))
    throw new Refused(`invalid parameter ${JSON.stringify(name)}: cannot parse ${JSON.stringify(text)} to a valid timestamp`)
  return at
}

const point = (at: number, value: number): [number, string] => [at / 1000, numberText(value)]

function pointsOf(series: Series, from: number, to: number): [number, string][] {
  return Array.from({ length: to - from }, (_, index) => point(series.times[from + index] ?? 0, series.values[from + index] ?? Number.NaN))
}

const numberText = (value: number): string => (Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? '+Inf' : '-Inf') : String(value))

const refusal = (errorType: ErrorType, error: string) => json(statusOf[errorType], { status: 'error', errorType, error })

function json(status: number, body: unknown): PrometheusResponse {
  return { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) }
}

function plain(status: number, text: string): PrometheusResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, text }
}
