import type { Reading } from '../reading.ts'

/** What of a Canary most of its parts need. */
export interface Target {
  readonly name: string
  readonly namespace: string | undefined
  /** The Deployment. */
  readonly workload: string
  /** The Service that clients know. */
  readonly service: string
  /** What carries the traffic: gatewayapi, istio, …; empty where nothing tells. */
  readonly provider: string
  /** Seconds between two checks. */
  readonly interval: number
  /** So many failed checks end a run. */
  readonly threshold: number
  /** Number of checks of blue/green and A/B tests. */
  readonly iterations: number | undefined
}

/** The provider without its API version: that of the Canary, else what its fields are for. */
export function providerOf(spec: Reading): string {
  const written = spec.at('provider').text()
  if (written !== undefined) return written.split(':')[0] ?? ''
  const has = (...keys: string[]) => spec.at(...keys).value !== undefined
  if (has('service', 'gatewayRefs')) return 'gatewayapi'
  if (has('routeRef')) return 'apisix'
  if (has('upstreamRef')) return 'gloo'
  if (has('service', 'gateways') || has('service', 'trafficPolicy')) return 'istio'
  return has('ingressRef') ? 'nginx' : ''
}
