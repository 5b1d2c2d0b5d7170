import { fill, type JsonMap } from './json.ts'

/** How long a client keeps its pod where session affinity says nothing: three hours. */
const affinitySeconds = 10_800

export function defaultService({ spec }: JsonMap): void {
  if (!spec.type) spec.type = 'ClusterIP'
  if (!spec.sessionAffinity) spec.sessionAffinity = 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  else if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: affinitySeconds } }
  }
  for (const port of spec.ports ?? []) {
    if (!port.protocol) port.protocol = 'TCP'
    if (!port.targetPort) port.targetPort = port.port
  }
  if (spec.type === 'ExternalName') return
  fill(spec, 'internalTrafficPolicy', 'Cluster')
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.externalIPs?.length > 0
  if (external && !spec.externalTrafficPolicy) spec.externalTrafficPolicy = 'Cluster'
  if (spec.type === 'LoadBalancer') fill(spec, 'allocateLoadBalancerNodePorts', true)
}
