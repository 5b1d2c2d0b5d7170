import { anyOf, byPods, ofPods, type Preset } from './preset.ts'

/** Client libraries have no common name for the label of the status. */
const statusLabels = ['code', 'status', 'status_code']

export const prometheusHttp: Preset = {
  product: 'Client libraries of Prometheus, and frameworks that follow them',
  errors: {
    bad: anyOf('http_requests_total', ...statusLabels.map((label) => `${ofPods},${label}=~"5.."`)),
    total: `http_requests_total{${ofPods}}`,
  },
  latency: { query: `http_request_duration_seconds_bucket{${ofPods}}`, unit: 's' },
  scraped:
    'The pods themselves, with the labels `namespace` and `pod`: http_requests_total with the status in the label `code`, `status` or `status_code`, and http_request_duration_seconds.',
  versions: byPods,
}
