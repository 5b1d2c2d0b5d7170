import type { MetricSourceSpec, SourceKind } from '../api/metricSource.ts'
import type { Instant } from '../clock.ts'
import type { LanguageName } from './template.ts'

/** Numbers of one thing over time, as a source gives them. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  /** Ascending in time, on the grid that was asked for; where there is no number (or NaN) the point is left out. */
  readonly points: readonly (readonly [at: Instant, value: number])[]
  /** Native histograms, instead of numbers: per point the buckets, each with its lower and upper edge and the count in it (not below it). */
  readonly histograms?: readonly (readonly [at: Instant, buckets: readonly NativeBucket[]])[]
}
export type NativeBucket = readonly [lower: number, upper: number, count: number]

/** From and to are included and whole steps apart; milliseconds. */
export interface RangeQuery {
  readonly query: string
  readonly from: Instant
  readonly to: Instant
  readonly step: number
}

/** One request to a source, before anybody signed it. */
export interface SourceRequest {
  readonly method: 'GET' | 'POST'
  /** The whole address, query included. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Header of an answer 429 that says after how many seconds to ask again, where it is not Retry-After; lower case. */
  readonly retryHeader?: string
}

export interface SourceResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** What a provider may use while it answers one query. */
export interface ProviderCall<Spec> {
  /** The part of the source that is the provider's own, e.g. spec.prometheus. */
  readonly spec: Spec
  /** The value of a key of a Secret that the source names. Throws a SourceError when there is none. */
  secret(ref: { name: string; key: string }): Promise<string>
  /**
   * Sends one request, signed as spec.auth says, with its headers and TLS, within the timeout. Answers of any status come back, but these throw a
   * SourceError already: 401, 403 and redirects (`refused`), 429 (`limited`, with Retry-After), 408 and 5xx (`down`), no answer in time (`down`).
   */
  send(request: SourceRequest): Promise<SourceResponse>
  readonly now: Instant
}

/** One kind of source. A new one is a file in providers/ with this, and a line in registry.ts. */
export interface Provider<K extends SourceKind = SourceKind> {
  readonly kind: K
  /** How values are written into its queries. */
  readonly language: LanguageName
  /** Where the language depends on what the source says; it goes before `language`. */
  languageOf?(spec: NonNullable<MetricSourceSpec[K]>): LanguageName
  /** What its counters are when the source does not say. */
  readonly counters: 'cumulative' | 'delta'
  /** How long after the end of an interval its last data are there, milliseconds, when the source does not say. */
  readonly lagMs: number
  /** `regex`: one query may ask for the pods of both versions by an alternative, and gives them back by label; `each`: one query a version. */
  readonly arms: 'regex' | 'each'
  /** Undefined: it knows single numbers only (threshold metrics). Throws a SourceError. */
  range?(query: RangeQuery, call: ProviderCall<NonNullable<MetricSourceSpec[K]>>): Promise<Series[]>
  /** The numbers that a query gives at an instant: none, one or several. NaN is a number here. Throws a SourceError. */
  values(query: { query: string; at: Instant; interval: number }, call: ProviderCall<NonNullable<MetricSourceSpec[K]>>): Promise<number[]>
}
