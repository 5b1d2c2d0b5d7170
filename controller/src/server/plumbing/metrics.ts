import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Releases } from '../parts.ts'

/** What this server counts of itself. */
export interface ServerMetrics {
  request(of: { method: string; route: string; status: number; seconds: number }): void
  /** Events given to pages. */
  sent(events: number): void
  /** Says where the number of open pages is known. Called once. */
  streams(size: () => number): void
}

/** Registers the metrics of the server. Call once for each registry. */
export function serverMetrics({ registry, releases }: { registry: Registry; releases: Pick<Releases, 'all' | 'isSynced'> }): ServerMetrics {
  const registers = [registry]
  let openStreams = () => 0
  const requests = new Histogram({
    name: 'serin_dashboard_request_seconds',
    help: 'How long requests to the API took until the answer was given over; open pages are not among them. By the pattern of the address, not by names.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const events = new Counter({ name: 'serin_dashboard_events_sent_total', help: 'Events given to open pages.', registers })
  new Gauge({
    name: 'serin_dashboard_streams',
    help: 'Pages that are open.',
    registers,
    collect() {
      this.set(openStreams())
    },
  })
  new Gauge({
    name: 'serin_dashboard_releases',
    help: 'Rollouts that the server follows; no value before their first list.',
    registers,
    collect() {
      if (!releases.isSynced()) return this.remove()
      let count = 0
      for (const _ of releases.all()) count++
      this.set(count)
    },
  })
  return {
    request: ({ method, route, status, seconds }) => requests.observe({ method, route, status: String(status) }, seconds),
    sent: (count) => events.inc(count),
    streams(size) {
      openStreams = size
    },
  }
}
