import { anyOf, type Preset } from './preset.ts'

// A request that went to the canary bears the name of the main Service, and the canary's in the label canary.
const sets = ['', 'exported_'].flatMap((renamed) => [
  `${renamed}namespace="{{namespace}}",canary=~"{{namespace}}-{{arm.service}}-[a-z0-9]+"`,
  `${renamed}namespace="{{namespace}}",${renamed}service="{{arm.service}}",canary=~"-?"`,
])
const ofArm = (metric: string, more = '') => anyOf(metric, ...sets.map((set) => set + more))

export const nginx: Preset = {
  product: 'ingress-nginx 1.x, with Ingresses of the canary by annotation',
  errors: {
    bad: ofArm('nginx_ingress_controller_requests', ',status=~"5.."'),
    total: ofArm('nginx_ingress_controller_requests'),
  },
  latency: { query: ofArm('nginx_ingress_controller_response_duration_seconds_bucket'), unit: 's' },
  scraped:
    'The controllers of ingress-nginx (port 10254, path /metrics). The labels `namespace` and `service` may have become `exported_namespace` and `exported_service`.',
  versions:
    'By Service: the stable version by the label `service` where `canary` is empty, the canary by the label `canary`, `<namespace>-<service>-<port>`. A port that is given by name may have no "-" in it.',
}
