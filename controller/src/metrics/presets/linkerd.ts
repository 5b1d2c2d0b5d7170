import { byPods, ofPods, type Preset } from './preset.ts'

const received = `direction="inbound",${ofPods}`

export const linkerd: Preset = {
  product: 'Linkerd 2',
  errors: {
    bad: `response_total{${received},classification="failure"}`,
    total: `response_total{${received}}`,
  },
  latency: { query: `response_latency_ms_bucket{${received}}`, unit: 'ms' },
  scraped:
    'The proxies of the pods (container linkerd-proxy, port 4191, path /metrics), with the labels `namespace` and `pod`, as the Prometheus of linkerd-viz does. Failures of gRPC count too.',
  versions: byPods,
}
