import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import { signV4 } from '../auth/sigV4.ts'
import { SourceError, type SourceFault } from '../errors.ts'
import type { Provider, ProviderCall, Series, SourceResponse } from '../provider.ts'
import { failure, ok, parseJson, readJson, type Speaker, sentence } from './answers.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, stepSeconds, type Window } from './timeGrid.ts'

type Spec = NonNullable<MetricSourceSpec['cloudWatch']>

const Message = z.object({ Code: z.string().nullish(), Value: z.string().nullish() })
const Answer = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.string(),
      Label: z.string().nullish(),
      Timestamps: z.array(z.number()).nullish(),
      Values: z.array(z.number()).nullish(),
      StatusCode: z.string().nullish(),
      Messages: z.array(Message).nullish(),
    }),
  ),
  Messages: z.array(Message).nullish(),
  NextToken: z.string().nullish(),
})
type Result = z.output<typeof Answer>['MetricDataResults'][number]

const Period = z.int().min(1).max(86_400)
const MetricDataQuery = z.looseObject({
  Id: z.string().min(1),
  Expression: z.string().optional(),
  MetricStat: z.looseObject({ Period: Period.optional() }).optional(),
  Period: Period.optional(),
})
const MetricDataQueries = z.union([z.array(MetricDataQuery).min(1).max(100), MetricDataQuery.transform((one) => [one])])
type MetricDataQuery = z.output<typeof MetricDataQuery>

interface Found {
  readonly labels: Record<string, string>
  /** At the begin of each period. */
  readonly points: [number, number][]
}

const mostEdges = 10_000
const mostPages = 50
const shortPeriods = [1, 5, 10, 20, 30]

/**
 * Amazon CloudWatch, by GetMetricData. A query is the JSON of MetricDataQueries, or one expression of metric math or Metrics Insights. Its periods
 * are the interval. Labels are `id` and `label`, the name of the series. What CloudWatch has not, is left out: FILL(m1, 0) makes it 0.
 */
export const cloudWatch: Provider<'cloudWatch'> = {
  kind: 'cloudWatch',
  language: 'cloudwatch',
  counters: 'delta',
  arms: 'each',
  lagMs: 180_000,

  range(query, call) {
    const seconds = stepSeconds(query, 'CloudWatch')
    if (seconds % 60 !== 0 && !shortPeriods.includes(seconds)) {
      throw new SourceError('query', `CloudWatch has no periods of ${seconds}s: write an interval of 5s, 10s, 20s, 30s or whole minutes`)
    }
    const queries = parse(query.query).map((one) => withPeriod(one, seconds, true))
    return inParts(query, mostEdges, async (part) => {
      const found = await ask(queries, bucketWindow(part, part.step), call)
      return found.map(
        ({ labels, points }): Series => ({
          labels,
          points: bucketsOnGrid(points, 'begin', part),
        }),
      )
    })
  },

  async values({ query, at, interval }, call) {
    const queries = parse(query).map((one) => withPeriod(one, 60, false))
    const period = 1000 * Math.max(...queries.map((one) => one.MetricStat?.Period ?? one.Period ?? 60))
    // Whole periods only: the number of one that is not over would be too small.
    const align = Math.min(period, 60_000)
    const end = Math.floor(at / align) * align
    const found = await ask(queries, { start: end - Math.ceil(Math.max(interval, period) / period) * period, end }, call)
    return found.flatMap(({ points }) => points.at(-1)?.[1] ?? [])
  },
}

function parse(query: string): MetricDataQuery[] {
  if (!/^\s*[[{]/.test(query)) return [{ Id: 'q1', Expression: query }]
  const json = parseJson(query)
  if (json === undefined)
    throw new SourceError('query', 'the query begins like JSON and is none: write a list of MetricDataQueries, or an expression')
  const parsed = MetricDataQueries.safeParse(json)
  if (parsed.success) return parsed.data
  throw new SourceError(
    'query',
    'the query is no list of MetricDataQueries: each of at most 100 needs an Id, and a MetricStat or an Expression; a Period is 1 to 86400 seconds',
  )
}

function withPeriod(query: MetricDataQuery, seconds: number, always: boolean): MetricDataQuery {
  if (query.MetricStat)
    return { ...query, MetricStat: { ...query.MetricStat, Period: always ? seconds : (query.MetricStat.Period ?? seconds) } }
  return { ...query, Period: always ? seconds : (query.Period ?? seconds) }
}

async function ask(queries: readonly MetricDataQuery[], window: Window, call: ProviderCall<Spec>): Promise<Found[]> {
  const series = new Map<string, { labels: Record<string, string>; points: [number, number][]; last: Result }>()
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const answer = await send(
      {
        MetricDataQueries: queries,
        StartTime: window.start / 1000,
        EndTime: window.end / 1000,
        ScanBy: 'TimestampAscending',
        NextToken: token,
      },
      call,
    )
    for (const result of answer.MetricDataResults) {
      const key = JSON.stringify([result.Id, result.Label])
      const labels = { id: result.Id, ...(result.Label ? { label: result.Label } : {}) }
      const points = [...(series.get(key)?.points ?? []), ...pointsOf(result)]
      series.set(key, { labels, points, last: result })
    }
    boundSeries(series.size)
    token = answer.NextToken ?? undefined
    if (token !== undefined) continue
    for (const { last } of series.values()) checkStatus(last)
    return [...series.values()].map(({ labels, points }) => ({ labels, points: points.sort(([a], [b]) => a - b) }))
  }
  throw new SourceError('query', `CloudWatch has more than ${mostPages} pages for the query: let it choose fewer series`)
}

async function send(body: Readonly<Record<string, unknown>>, call: ProviderCall<Spec>): Promise<z.output<typeof Answer>> {
  const { spec } = call
  const accessKeyId = await call.secret(spec.accessKeyIdRef)
  const secretAccessKey = await call.secret(spec.secretAccessKeyRef)
  const sessionToken = spec.sessionTokenRef && (await call.secret(spec.sessionTokenRef))
  const speaker: Speaker = { vendor: 'CloudWatch', secrets: [accessKeyId, secretAccessKey, ...(sessionToken ? [sessionToken] : [])] }
  const request = {
    method: 'POST' as const,
    url: addressOf(spec),
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
    },
    body: JSON.stringify(body),
  }
  const signature = signV4({
    ...request,
    region: spec.region,
    service: 'monitoring',
    accessKeyId,
    secretAccessKey,
    sessionToken,
    now: call.now,
  })
  const response = await call.send({ ...request, headers: { ...request.headers, ...signature } })
  if (!ok(response)) throw refusal(response, speaker)
  return readJson(Answer, response, speaker)
}

function addressOf({ url, region }: Spec): string {
  if (url) return url
  if (!/^[a-z]{2}(-[a-z0-9]+)+$/.test(region))
    throw new SourceError('refused', 'cloudWatch.region is not the name of a region: write one like eu-central-1')
  return `https://monitoring.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`
}

const Failed = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() })
const faults: readonly (readonly [RegExp, SourceFault])[] = [
  [/Throttl|LimitExceeded|TooManyRequests/, 'limited'],
  [
    /AccessDenied|UnrecognizedClient|InvalidClientToken|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|MissingAuthentication|IncompleteSignature|OptInRequired|NotAuthorized/,
    'refused',
  ],
  [/InternalS|InternalF|ServiceUnavailable|RequestTimeout/, 'down'],
]

/** It says what is wrong by a type; the status is 400 for throttling and for a wrong key alike. */
function refusal(response: SourceResponse, speaker: Speaker): SourceError {
  const parsed = Failed.safeParse(parseJson(response.text))
  if (!parsed.success) return failure(response, undefined, speaker)
  const type = parsed.data.__type.split('#').at(-1) ?? ''
  const said = `${type}: ${parsed.data.message ?? parsed.data.Message ?? 'no further word'}`
  const fault = faults.find(([pattern]) => pattern.test(type))?.[1]
  return fault ? new SourceError(fault, `CloudWatch: ${sentence(said, speaker.secrets)}`) : failure(response, said, speaker)
}

function checkStatus({ Id, StatusCode, Messages }: Result): void {
  if (!StatusCode || StatusCode === 'Complete') return
  const said = Messages?.[0]?.Value ? `: ${sentence(Messages[0].Value, [])}` : ''
  if (StatusCode === 'Forbidden') throw new SourceError('refused', `CloudWatch does not let the key read ${Id}${said}`)
  throw new SourceError('down', `CloudWatch gave only a part of ${Id} (${StatusCode})${said}`)
}

function pointsOf({ Timestamps, Values }: Result): [number, number][] {
  const points: [number, number][] = []
  for (const [index, at] of (Timestamps ?? []).entries()) {
    const value = Values?.[index]
    if (value !== undefined && Number.isFinite(value)) points.push([at * 1000, value])
  }
  return points
}
