import { milliseconds } from '../api/fields.ts'
import { type MetricSourceSpec, type MetricSourceStatus, type SourceKind, sourceKindOf } from '../api/metricSource.ts'
import type { SecretKeyRef } from '../api/secretRef.ts'
import type { Clock, Instant } from '../clock.ts'
import type { Reach } from './addresses.ts'
import type { AnswerCache } from './answerCache.ts'
import { breaker } from './breaker.ts'
import { BusyError, bulkhead } from './bulkhead.ts'
import { SourceError } from './errors.ts'
import type { Provider, ProviderCall, Series } from './provider.ts'
import { openSource } from './source.ts'
import type { Outcome, SourceObserver } from './sourceMetrics.ts'
import type { SourceClient } from './sources.ts'
import type { SourceTransport } from './transport.ts'

export interface SourceState {
  readonly state: Exclude<MetricSourceStatus['state'], 'Unused'>
  readonly message: string
  readonly since: Instant
  readonly lastAnswer: Instant | undefined
}

export interface SourceClientOptions<K extends SourceKind> {
  /** Tells it from every other client of the cache. */
  readonly id: string
  readonly name: string
  readonly spec: MetricSourceSpec
  readonly provider: Provider<K>
  readonly reach: Reach
  readonly secrets: { value(ref: SecretKeyRef): Promise<string>; forget(): void }
  readonly transport: SourceTransport
  readonly clock: Clock
  readonly cache: AnswerCache
  readonly observer?: SourceObserver | undefined
  /** Told when state or message change. */
  readonly onState?: ((state: SourceState) => void) | undefined
}

const mostWaiting = 500
// Pages and parts of one query may take the timeout each, but not for ever.
const timeoutsPerQuery = 10

/** A source with all that stands before it: cache, then breaker, then (for each request) room and timeout. Every failure is a SourceError. */
export function sourceClient<K extends SourceKind>(options: SourceClientOptions<K>): SourceClient & { state(): SourceState | undefined } {
  const { id, name, spec, provider, reach, secrets, transport, clock, cache, observer } = options
  const timeoutMs = milliseconds(spec.timeout)
  const gate = breaker(clock)
  const room = bulkhead(clock, spec.maxConcurrent, mostWaiting)
  const source = openSource({ spec, reach, secret: secrets.value, transport, clock, room })
  const own = spec[provider.kind] as NonNullable<MetricSourceSpec[K]> | undefined
  if (!own) throw new Error(`${name} is of kind ${sourceKindOf(spec)}, not ${provider.kind}`)
  const tell = stateTeller(clock, options.onState)

  const call = (): ProviderCall<NonNullable<MetricSourceSpec[K]>> => {
    const now = clock.now()
    const end = now + timeoutMs * timeoutsPerQuery
    return {
      spec: own,
      now,
      secret: source.secret,
      async send(request) {
        const left = Math.min(timeoutMs, end - clock.now())
        if (left <= 0) throw new SourceError('down', `${name} needs too many requests for this query, or is too slow for it`)
        try {
          const sent = source.send(request, left)
          observer?.inFlight(name, room.within())
          return await sent
        } finally {
          observer?.inFlight(name, room.within())
        }
      },
    }
  }
  const guarded = async <T>(ask: () => Promise<T>): Promise<T> => {
    const attempt = gate.enter()
    if ('waitMs' in attempt) {
      observer?.done(name, 'not-asked', 0)
      const seconds = Math.ceil(attempt.waitMs / 1000)
      throw new SourceError('down', `${name} is asked again in ${seconds} s: ${tell.last() ?? 'it did not answer'}`, {
        retryAfterMs: attempt.waitMs,
      })
    }
    const begun = clock.now()
    const done = (outcome: Outcome) => {
      observer?.breaker(name, gate.state())
      observer?.done(name, outcome, Math.max(0, clock.now() - begun) / 1000)
    }
    try {
      const answer = await ask()
      attempt.answered()
      tell.answered()
      done('ok')
      return answer
    } catch (cause) {
      const error = cause instanceof SourceError ? cause : unexpected(name, cause)
      if (error instanceof BusyError) {
        attempt.dropped()
        done('busy')
      } else if (error.fault === 'query' || error.fault === 'shape') {
        attempt.answered()
        tell.answered()
        done(error.fault)
      } else {
        if (error.fault === 'refused') secrets.forget()
        attempt.failed(error.retryAfterMs)
        tell.failed(error.message, gate.state() !== 'closed')
        done(error.fault)
      }
      throw error
    }
  }
  const cached = <T>(key: readonly unknown[], ask: () => Promise<T>, bytes: (answer: T) => number) =>
    cache.get(
      JSON.stringify([id, ...key]),
      () => guarded(ask),
      bytes,
      () => observer?.done(name, 'cached', 0),
    )

  return {
    name,
    kind: provider.kind,
    language: provider.languageOf?.(own) ?? provider.language,
    counters: spec.counters ?? provider.counters,
    arms: provider.arms,
    lagMs: spec.lag === undefined ? provider.lagMs : milliseconds(spec.lag),
    podLabel: spec.podLabel,
    state: tell.state,
    async range(query) {
      const { range } = provider
      if (!range) throw new SourceError('query', `${name} gives single numbers only: use it in metrics of the form threshold`)
      return cached(['range', query.query, query.from, query.to, query.step], () => range.call(provider, query, call()), bytesOf)
    },
    async values(query) {
      return cached(
        ['values', query.query, query.at, query.interval],
        () => provider.values(query, call()),
        (values) => 64 + values.length * 8,
      )
    },
  }
}

// A defect of a provider: it must neither end the process nor stay unseen.
function unexpected(name: string, cause: unknown): SourceError {
  return new SourceError('shape', `${name} gave an answer that Serin cannot read`, { cause })
}

function bytesOf(series: readonly Series[]): number {
  let bytes = 64
  for (const { labels, points, histograms } of series) {
    bytes += 200 + points.length * 56
    for (const [label, value] of Object.entries(labels)) bytes += 2 * (label.length + value.length) + 32
    for (const [, buckets] of histograms ?? []) bytes += 64 + buckets.length * 64
  }
  return bytes
}

function stateTeller(clock: Clock, onState: SourceClientOptions<SourceKind>['onState']) {
  let state: SourceState | undefined
  const to = (next: SourceState['state'], message: string, lastAnswer: Instant | undefined) => {
    const same = state?.state === next
    const silent = same && state?.message === message
    state = { state: next, message, since: same && state ? state.since : clock.now(), lastAnswer }
    if (!silent) onState?.(state)
  }
  return {
    state: () => state,
    /** What is wrong, where something is. */
    last: () => (state && state.state !== 'Ready' ? state.message : undefined),
    answered: () => to('Ready', 'it answers', clock.now()),
    failed: (message: string, down: boolean) => to(down ? 'Down' : 'Failing', message, state?.lastAnswer),
  }
}
