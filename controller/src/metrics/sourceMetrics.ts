import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { BreakerState } from './breaker.ts'
import type { SourceFault } from './errors.ts'

/** How a query ended. cached: answered without asking; busy: no room on our side; not-asked: the source is left alone for a while. */
export type Outcome = 'ok' | SourceFault | 'cached' | 'busy' | 'not-asked'

export interface SourceObserver {
  done(source: string, outcome: Outcome, seconds: number): void
  inFlight(source: string, requests: number): void
  breaker(source: string, state: BreakerState): void
  /** The source is not used any more. */
  gone(source: string): void
}

const outcomes: readonly Outcome[] = ['ok', 'down', 'limited', 'refused', 'query', 'shape', 'cached', 'busy', 'not-asked']
const states: readonly BreakerState[] = ['closed', 'open', 'half-open']

/** Registers the metrics of sources. Call once for each registry. */
export function sourceMetrics(registry: Registry): SourceObserver {
  const registers = [registry]
  const labelNames = ['source']
  const queries = new Counter({
    name: 'serin_source_queries_total',
    help: 'Queries to metric sources by how they ended.',
    labelNames: ['source', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'serin_source_query_duration_seconds',
    help: 'Time until a query was answered or failed, waiting for room included.',
    labelNames,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const inFlight = new Gauge({
    name: 'serin_source_requests_in_flight',
    help: 'Requests to a metric source that are under way.',
    labelNames,
    registers,
  })
  const breaker = new Gauge({
    name: 'serin_source_breaker',
    help: 'State of the breaker of a metric source: 1 for the one it is in.',
    labelNames: ['source', 'state'],
    registers,
  })
  const known = new Set<string>()
  const know = (source: string) => {
    if (known.has(source)) return
    known.add(source)
    // Present from the start: a rate over a series that appears late misses its first increase.
    for (const outcome of outcomes) queries.inc({ source, outcome }, 0)
  }
  return {
    done(source, outcome, took) {
      know(source)
      queries.inc({ source, outcome })
      if (outcome !== 'cached' && outcome !== 'not-asked') seconds.observe({ source }, took)
    },
    inFlight: (source, requests) => inFlight.set({ source }, requests),
    breaker(source, state) {
      for (const each of states) breaker.set({ source, state: each }, each === state ? 1 : 0)
    },
    gone(source) {
      known.delete(source)
      for (const outcome of outcomes) queries.remove({ source, outcome })
      for (const state of states) breaker.remove({ source, state })
      seconds.remove({ source })
      inFlight.remove({ source })
    },
  }
}
