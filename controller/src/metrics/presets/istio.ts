import { byPods, ofPods, type Preset } from './preset.ts'

const received = `reporter="destination",${ofPods}`

export const istio: Preset = {
  product: 'Istio with sidecars',
  errors: {
    bad: `istio_requests_total{${received},response_code=~"5.."}`,
    total: `istio_requests_total{${received}}`,
  },
  latency: { query: `istio_request_duration_milliseconds_bucket{${received}}`, unit: 'ms' },
  scraped:
    'The sidecars of the pods (port 15020 or 15090, path /stats/prometheus), each once, with the labels `namespace` and `pod`. Istio counts a request on both sides; here the receiving side counts.',
  versions: byPods,
}
