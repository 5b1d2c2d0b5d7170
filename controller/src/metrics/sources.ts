import type { SourceRef } from '../api/metric.ts'
import type { SourceKind } from '../api/metricSource.ts'
import type { Instant } from '../clock.ts'
import type { RangeQuery, Series } from './provider.ts'
import type { LanguageName } from './template.ts'

/** A source that may be asked. Behind it stand the timeout, the breaker, the bulkhead and the cache of identical queries. */
export interface SourceClient {
  /** For people: "MetricSource shop/default", "ClusterMetricSource default". */
  readonly name: string
  readonly kind: SourceKind
  readonly language: LanguageName
  readonly counters: 'cumulative' | 'delta'
  readonly arms: 'regex' | 'each'
  /** How long after the end of an interval its last data are there, milliseconds. */
  readonly lagMs: number
  readonly podLabel: string
  /** Series on the grid. Throws a SourceError; one of a source that knows single numbers only has fault `query`. */
  range(query: RangeQuery): Promise<Series[]>
  /** Numbers at an instant; `interval` in milliseconds is for languages that need a window. Throws a SourceError. */
  values(query: { query: string; at: Instant; interval: number }): Promise<number[]>
}

export interface Sources {
  /**
   * The source that a metric of that namespace means: the named one, or without a name MetricSource default, else ClusterMetricSource default.
   * Undefined: there is none; `sentence` of the second form says which is missing and what to write.
   */
  find(ref: SourceRef | undefined, namespace: string): Promise<SourceClient | { missing: string }>
}
