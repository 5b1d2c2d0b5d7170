import { byPods, ofPods, type Preset } from './preset.ts'

export const otelHttp: Preset = {
  product: 'OpenTelemetry, stable conventions for HTTP servers',
  errors: {
    bad: `http_server_request_duration_seconds_count{${ofPods},http_response_status_code=~"5.."}`,
    total: `http_server_request_duration_seconds_count{${ofPods}}`,
  },
  latency: { query: `http_server_request_duration_seconds_bucket{${ofPods}}`, unit: 's' },
  scraped:
    'The metric http.server.request.duration of the pods, by the Prometheus exporter of the SDK or of a collector, with the labels `namespace` and `pod` (of resource attributes: promote k8s.namespace.name and k8s.pod.name, and rename them).',
  versions: byPods,
}
