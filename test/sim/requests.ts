import type { Sight } from './book.ts'
import { mostOf, readyFor } from './promises/sights.ts'

/** Requests a second that callers send to a shop, for each pod that it should have. */
const perReplica = 1_000

/** What changes the requests that pods get. */
export const movesRequests = (kind: string): boolean => ['Pod', 'Service', 'Deployment'].includes(kind) || kind.endsWith('Route')

/** Requests a second of each pod, by uid: its share of the shop's, as the routes divide them among Services, and these among their ready pods. */
export function requestsOf(sight: Sight, shop: string): Map<string, number> {
  const requests = new Map([...sight.pods.values()].map(({ metadata }) => [metadata.uid ?? '', 0]))
  const all = perReplica * (sight.deployment?.spec.replicas ?? 0)
  const [route] = sight.routes.values()
  for (const [service, percent] of route ? mostOf(route) : [[shop, 100] as const]) {
    const ready = readyFor(sight, service)
    for (const { metadata } of ready) {
      const uid = metadata.uid ?? ''
      requests.set(uid, (requests.get(uid) ?? 0) + (all * percent) / 100 / ready.length)
    }
  }
  return requests
}
