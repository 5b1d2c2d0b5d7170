import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import { SourceError } from '../errors.ts'
import type { Provider, ProviderCall, Series } from '../provider.ts'
import { below, failure, ok, parseJson, readJson, type Speaker } from './answers.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, stepSeconds, valueWindow, type Window } from './timeGrid.ts'

type Spec = NonNullable<MetricSourceSpec['dynatrace']>

const Answer = z.object({
  nextPageKey: z.string().nullish(),
  resolution: z.string().nullish(),
  result: z.array(
    z.object({
      metricId: z.string(),
      data: z.array(
        z.object({
          dimensionMap: z.record(z.string(), z.string().nullable()).default({}),
          timestamps: z.array(z.number()),
          values: z.array(z.number().nullable()),
        }),
      ),
    }),
  ),
})
interface Found {
  readonly labels: Record<string, string>
  /** At the end of each slot. */
  readonly points: [number, number][]
}

const mostEdges = 10_000
const mostPages = 50

/** Dynatrace, by its metrics API v2. It keeps a point a minute at best; a point is at the end of its slot. Labels are the dimensions, and `metric`. */
export const dynatrace: Provider<'dynatrace'> = {
  kind: 'dynatrace',
  language: 'dynatrace',
  counters: 'delta',
  arms: 'each',
  lagMs: 120_000,

  range(query, call) {
    const minutes = stepSeconds(query, 'Dynatrace', 60) / 60
    return inParts(query, mostEdges, async (part) => {
      const found = await ask(query.query, bucketWindow(part, part.step), `${minutes}m`, call)
      return found.map(({ labels, points }): Series => ({ labels, points: bucketsOnGrid(points, 'end', part) }))
    })
  },

  async values({ query, at, interval }, call) {
    const found = await ask(query, valueWindow(at, interval), 'Inf', call)
    return found.flatMap(({ points }) => points.at(-1)?.[1] ?? [])
  },
}

async function ask(selector: string, window: Window, resolution: string, call: ProviderCall<Spec>): Promise<Found[]> {
  const token = await call.secret(call.spec.tokenRef)
  const speaker: Speaker = { vendor: 'Dynatrace', secrets: [token] }
  const found: Found[] = []
  let params: [string, string][] = [
    ['metricSelector', selector],
    ['from', String(window.start)],
    ['to', String(window.end)],
    ['resolution', resolution],
  ]
  for (let page = 0; page < mostPages; page++) {
    const response = await call.send({
      method: 'GET',
      url: below(call.spec.url, '/api/v2/metrics/query', params),
      headers: { accept: 'application/json', authorization: `Api-Token ${token}` },
    })
    if (!ok(response)) throw failure(response, saidIn(response.text), speaker)
    const answer = readJson(Answer, response, speaker)
    checkResolution(answer.resolution, resolution)
    for (const { metricId, data } of answer.result) {
      for (const { dimensionMap, timestamps, values } of data) {
        found.push({ labels: labelsOf(metricId, dimensionMap), points: pointsOf(timestamps, values) })
      }
    }
    boundSeries(found.length)
    if (!answer.nextPageKey) return found
    // A further page takes no other parameter.
    params = [['nextPageKey', answer.nextPageKey]]
  }
  throw new SourceError('query', `Dynatrace has more than ${mostPages} pages for the query: let it choose fewer series`)
}

// It answers in coarser slots when the time asked for is long, and amounts of those are no amounts of an interval.
function checkResolution(given: string | null | undefined, asked: string): void {
  const [wanted, got] = [millis(asked), millis(given ?? '')]
  if (wanted === undefined || got === undefined || wanted === got) return
  throw new SourceError(
    'query',
    `Dynatrace gave a point each ${given} and not each ${asked}: write a longer interval, or remove what sets another resolution from the query`,
  )
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
function millis(text: string): number | undefined {
  const parts = /^(\d+)([mhdw])$/.exec(text)
  return parts ? Number(parts[1]) * (units[parts[2] ?? ''] ?? Number.NaN) : undefined
}

function labelsOf(metricId: string, dimensions: Readonly<Record<string, string | null>>): Record<string, string> {
  const labels: Record<string, string> = { metric: metricId }
  for (const [name, value] of Object.entries(dimensions)) if (value !== null) labels[name] = value
  return labels
}

function pointsOf(timestamps: readonly number[], values: readonly (number | null)[]): [number, number][] {
  const points: [number, number][] = []
  for (const [index, at] of timestamps.entries()) {
    const value = values[index]
    if (typeof value === 'number' && Number.isFinite(value)) points.push([at, value])
  }
  return points
}

const Failed = z.object({
  error: z.object({
    message: z.string(),
    constraintViolations: z.array(z.object({ message: z.string(), path: z.string().optional() })).nullish(),
  }),
})
function saidIn(text: string): string | undefined {
  const parsed = Failed.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { message, constraintViolations } = parsed.data.error
  return [message, ...(constraintViolations ?? []).map((violation) => violation.message)].join(' ')
}
