import { ofClusters } from './envoy.ts'
import type { Preset } from './preset.ts'

export const envoyGateway: Preset = {
  product: 'Envoy Gateway 1.9 and later, with mergeBackends',
  ...ofClusters('envoy_cluster_name=~"service/{{namespace}}/{{arm.service}}/[0-9]+(/[a-z0-9]+)?"'),
  scraped:
    "Envoy Gateway's Envoys (port 19001, path /stats/prometheus), and `mergeBackends: {}` in the spec of the EnvoyProxy. Without it, and for routes that it leaves out (with session persistence, or a BackendTrafficPolicy of their own), all backends of a rule are one cluster, `httproute/<namespace>/<route>/rule/<n>`, and nothing in Envoy's statistics tells the versions apart: measure at the pods then, with prometheus-http, otel-http, istio or linkerd.",
  versions: 'By Service: with mergeBackends the cluster of a port of a Service is named `service/<namespace>/<service>/<port>/<protocol>`.',
}
