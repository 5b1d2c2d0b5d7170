/** Flagger's two built-in metrics, by what carries the traffic: counters with the labels that Flagger's own queries ask for. */
interface BuiltIn {
  readonly total: string
  readonly good: string
  /** Buckets of the durations, in milliseconds unless `seconds`. */
  readonly buckets: string
  readonly seconds?: true
  readonly selector: string
}

const ofPods = { selector: 'namespace="{{namespace}}",pod=~"{{arm.pods}}"' }

const byProvider: Readonly<Record<string, BuiltIn>> = {
  istio: {
    total: 'istio_requests_total',
    good: 'response_code!~"5.*"',
    buckets: 'istio_request_duration_milliseconds_bucket',
    selector: `reporter="destination",${ofPods.selector}`,
  },
  linkerd: {
    total: 'response_total',
    good: 'classification!="failure"',
    buckets: 'response_latency_ms_bucket',
    selector: `direction="inbound",${ofPods.selector}`,
  },
  contour: {
    total: 'envoy_cluster_upstream_rq',
    good: 'envoy_response_code!~"5.*"',
    buckets: 'envoy_cluster_upstream_rq_time_bucket',
    selector: 'envoy_cluster_name=~"{{namespace}}_{{arm.service}}_[0-9]+"',
  },
  traefik: {
    total: 'traefik_service_requests_total',
    good: 'code!~"5.*"',
    buckets: 'traefik_service_request_duration_seconds_bucket',
    seconds: true,
    selector: 'service=~"([a-z]+route-.+-svc-)?{{namespace}}-{{arm.service}}-.+"',
  },
  gatewayapi: {
    total: 'http_request_duration_seconds_count',
    good: 'status!~"5.*"',
    buckets: 'http_request_duration_seconds_bucket',
    seconds: true,
    selector: 'kubernetes_namespace="{{namespace}}",kubernetes_pod_name=~"{{arm.pods}}"',
  },
}

export const builtInNames = ['request-success-rate', 'request-duration']

/** The query of a built-in metric: percent of requests that succeeded, or milliseconds of the 99th percentile. Undefined: none for this provider. */
export function builtInQuery(metric: string, provider: string, window: string): string | undefined {
  const family = provider === 'kubernetes' ? 'gatewayapi' : provider
  const counters = Object.hasOwn(byProvider, family) ? byProvider[family] : undefined
  if (!counters) return undefined
  const { total, good, buckets, seconds, selector } = counters
  const rate = (labels: string) => `sum(rate(${total}{${labels}}[${window}]))`
  if (metric === 'request-success-rate') return `100 * ${rate(`${selector},${good}`)} / ${rate(selector)}`
  return `${seconds ? '1000 * ' : ''}histogram_quantile(0.99, sum by (le) (rate(${buckets}{${selector}}[${window}])))`
}
