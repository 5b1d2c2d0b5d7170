import { anyOf, type Preset } from './preset.ts'

// By HTTPRoute (the name differs by version: plain, with http, with the route before it), by Ingress and by IngressRoute.
const backend = '{{namespace}}-{{arm.service}}'
const byRoute = `([a-z]+route-.+-svc-)?${backend}-(http-)?[0-9]+@kubernetesgateway`
const names = `${byRoute}|${backend}-[a-z0-9]+@kubernetes(crd)?`

/** Prometheus renames a label that it sets itself: a scrape of a Service has a label service of its own. */
const either = (metric: string, more = '') => anyOf(metric, `service=~"${names}"${more}`, `exported_service=~"${names}"${more}`)

export const traefik: Preset = {
  product: 'Traefik 3',
  errors: {
    bad: either('traefik_service_requests_total', ',code=~"5.."'),
    total: either('traefik_service_requests_total'),
  },
  latency: { query: either('traefik_service_request_duration_seconds_bucket'), unit: 's' },
  scraped:
    'Traefik itself, with `metrics.prometheus.addServicesLabels: true` (the default). The label `service` may have become `exported_service`.',
  versions:
    'By Service: Traefik names it `<namespace>-<service>-<port>@kubernetes`, `…@kubernetescrd` or, for an HTTPRoute, `…-<service>-http-<port>@kubernetesgateway`. A port of an Ingress that is given by name may have no "-" in it.',
}
