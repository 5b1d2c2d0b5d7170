import type { Preset } from './preset.ts'

/** What an Envoy counts of a cluster: responses by class, all responses, and durations in milliseconds. */
export function ofClusters(matcher: string): Pick<Preset, 'errors' | 'latency'> {
  return {
    errors: {
      bad: `envoy_cluster_upstream_rq_xx{${matcher},envoy_response_code_class="5"}`,
      total: `envoy_cluster_upstream_rq_completed{${matcher}}`,
    },
    latency: { query: `envoy_cluster_upstream_rq_time_bucket{${matcher}}`, unit: 'ms' },
  }
}
