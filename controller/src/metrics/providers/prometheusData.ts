import type { Instant } from '../../clock.ts'
import { SourceError } from '../errors.ts'
import type { NativeBucket } from '../provider.ts'

export type PromNumber = readonly [at: Instant, value: number]

export interface PromSeries {
  readonly labels: Readonly<Record<string, string>>
  /** As they came, NaN too. */
  readonly numbers: readonly PromNumber[]
  readonly histograms: readonly (readonly [at: Instant, buckets: readonly NativeBucket[]])[]
}

export type PromData =
  | { readonly resultType: 'matrix' | 'vector'; readonly series: readonly PromSeries[] }
  | { readonly resultType: 'scalar'; readonly value: number }

/** The `data` of an answer of /api/v1/query or query_range. Throws a SourceError (shape). By hand: answers hold a million points and more. */
export function readData(data: unknown): PromData {
  const { resultType, result } = object(data, 'data')
  switch (resultType) {
    case 'scalar':
      return { resultType, value: readNumber(result)[1] }
    case 'vector':
      return { resultType, series: list(result, 'result').map(readSample) }
    case 'matrix':
      return { resultType, series: list(result, 'result').map(readSeries) }
    case 'string':
      throw new SourceError('shape', 'the query gives a text and no numbers')
    default:
      throw wrong('resultType')
  }
}

function readSample(value: unknown): PromSeries {
  const entry = object(value, 'a series')
  return {
    labels: readLabels(entry.metric),
    numbers: entry.value === undefined ? [] : [readNumber(entry.value)],
    histograms: entry.histogram === undefined ? [] : [readHistogram(entry.histogram)],
  }
}

function readSeries(value: unknown): PromSeries {
  const entry = object(value, 'a series')
  return {
    labels: readLabels(entry.metric),
    numbers: entry.values === undefined ? [] : list(entry.values, 'values').map(readNumber),
    histograms: entry.histograms === undefined ? [] : list(entry.histograms, 'histograms').map(readHistogram),
  }
}

function readLabels(value: unknown): Record<string, string> {
  const labels = object(value, 'metric')
  for (const each of Object.values(labels)) if (typeof each !== 'string') throw wrong('metric')
  return labels as Record<string, string>
}

function readNumber(point: unknown): PromNumber {
  if (!Array.isArray(point) || point.length !== 2) throw wrong('a point')
  return [readInstant(point[0]), parseNumber(point[1])]
}

function readHistogram(point: unknown): readonly [Instant, NativeBucket[]] {
  if (!Array.isArray(point) || point.length !== 2) throw wrong('a histogram')
  const { buckets } = object(point[1], 'a histogram')
  // One without observations has none.
  return [readInstant(point[0]), buckets === undefined ? [] : list(buckets, 'buckets').map(readBucket)]
}

// The rule says which edges are included; for counts of continuous things that does not matter.
function readBucket(bucket: unknown): NativeBucket {
  if (!Array.isArray(bucket) || bucket.length !== 4) throw wrong('a bucket')
  return [parseNumber(bucket[1]), parseNumber(bucket[2]), parseNumber(bucket[3])]
}

function readInstant(seconds: unknown): Instant {
  if (typeof seconds !== 'number') throw wrong('a time')
  return Math.round(seconds * 1000)
}

/** "NaN", "+Inf", "-Inf" or a decimal number. */
function parseNumber(text: unknown): number {
  if (typeof text !== 'string') throw wrong('a value')
  const value = Number(text)
  if (!Number.isNaN(value) && text.trim() !== '') return value
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  if (text === 'NaN') return Number.NaN
  throw wrong('a value')
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where)
  return value as Record<string, unknown>
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(where)
  return value
}

const wrong = (where: string) =>
  new SourceError('shape', `the answer is not as Prometheus documents it, at ${where}: is spec.prometheus.url right?`)
