import { ofClusters } from './envoy.ts'
import type { Preset } from './preset.ts'

export const contour: Preset = {
  product: 'Contour 1.20 and later',
  ...ofClusters('envoy_cluster_name=~"{{namespace}}_{{arm.service}}_[0-9]+"'),
  scraped: "Contour's Envoys (port 8002, path /stats/prometheus). The labels `namespace` and `pod` are the Envoys' own, and not used.",
  versions:
    "By Service: Contour gives each port of a Service a cluster, and Envoy's statistics name it `<namespace>_<service>_<port>`. The canary has a Service of its own.",
}
