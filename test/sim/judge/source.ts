import type { Clock } from '../../../controller/src/clock.ts'
import { SourceError } from '../../../controller/src/metrics/errors.ts'
import { answer } from '../../../sandbox/src/prometheus/http.ts'
import type { SeriesSource } from '../../../sandbox/src/prometheus/series.ts'
import { type Network, networkOf } from '../../dsl/sources.ts'

/**
 * What is wrong with the metric source for a while. slow: it answers late, but within the timeout. silent: it answers nothing. refusing: no connection.
 * failing: 503. empty: an answer without series. stale: it knows nothing since this began. lagging: what it knows is that many milliseconds old.
 */
export interface Disturbance {
  readonly kind: 'slow' | 'silent' | 'refusing' | 'failing' | 'empty' | 'stale' | 'lagging'
  /** Milliseconds since the template changed. */
  readonly after: number
  readonly length: number
  readonly by?: number
}

const nothing: SeriesSource = { select: () => [] }

/**
 * A Prometheus at prometheus.test that answers from these series, with what disturbs it at the time. `changedAt`: when the template changed, as soon
 * as it has.
 */
export function disturbedSource(
  clock: Clock,
  data: SeriesSource,
  disturbances: readonly Disturbance[],
  changedAt: () => number | undefined,
): Network {
  const network = networkOf()
  let queries = 0
  return {
    ...network,
    queries: () => queries,
    async send(request) {
      if (new URL(request.url).hostname !== 'prometheus.test') return network.send(request)
      queries++
      const began = changedAt() ?? Number.POSITIVE_INFINITY
      const since = clock.now() - began
      const now = disturbances.find(({ after, length }) => since >= after && since < after + length)
      const by = now?.by ?? 0
      switch (now?.kind) {
        case 'slow':
          await wait(clock, by)
          break
        case 'silent':
          await wait(clock, request.timeoutMs)
          throw new SourceError('down', `no answer within ${request.timeoutMs} ms`)
        case 'refusing':
          throw new SourceError('down', 'the connection was refused')
        case 'failing':
          return { status: 503, headers: {}, text: '' }
        case 'empty':
          return answer(request, nothing, clock.now())
        case 'stale':
          return answer(request, before(data, began + now.after), clock.now())
        case 'lagging':
          return answer(request, before(data, clock.now() - by), clock.now())
      }
      return answer(request, data, clock.now())
    },
  }
}

const wait = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

/** What was known until then. */
function before(data: SeriesSource, until: number): SeriesSource {
  return {
    select: (matchers) =>
      data.select(matchers).map(({ labels, times, values, first, size, ends }) => {
        let known = size
        while (known > first && (times[known - 1] ?? 0) > until) known--
        return { labels, times, values, first, size: known, ends: ends.filter((at) => at <= until) }
      }),
  }
}
