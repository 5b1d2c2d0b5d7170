import { type Cause, child, duplicate, invalid, keyed, required, unsupported } from './causes.ts'
import { equal, type JsonMap } from './json.ts'
import { labelCauses } from './metadata.ts'
import { dnsLabel } from './names.ts'
import { portCause } from './podValidation.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']

export function validateService({ spec }: JsonMap, old: JsonMap | undefined): Cause[] {
  const causes: Cause[] = []
  const ports: JsonMap[] = spec.ports ?? []
  const headless = spec.clusterIP === 'None'
  if (!types.includes(spec.type)) causes.push(unsupported('spec.type', spec.type, types))
  if (spec.type === 'ExternalName') {
    if (!spec.externalName) causes.push(required('spec.externalName'))
  } else if (ports.length === 0 && !headless) causes.push(required('spec.ports'))
  if (!['ClientIP', 'None'].includes(spec.sessionAffinity))
    causes.push(unsupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']))
  causes.push(...labelCauses(spec.selector, 'spec.selector'), ...portCauses(ports), ...addressCauses(spec, old?.spec))
  return causes
}

function portCauses(ports: readonly JsonMap[]): Cause[] {
  const causes: Cause[] = []
  const names = new Set<string>()
  const numbers = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const at = keyed('spec.ports', i)
    if (!port.name && ports.length > 1) causes.push(required(child(at, 'name')))
    const problem = port.name ? dnsLabel(port.name) : undefined
    if (problem) causes.push(invalid(child(at, 'name'), port.name, problem))
    if (port.name && names.has(port.name)) causes.push(duplicate(child(at, 'name'), port.name))
    names.add(port.name)
    causes.push(...portCause(child(at, 'port'), port.port))
    if (typeof port.targetPort === 'number') causes.push(...portCause(child(at, 'targetPort'), port.targetPort))
    if (!protocols.includes(port.protocol)) causes.push(unsupported(child(at, 'protocol'), port.protocol, protocols))
    const number = `${port.protocol} ${port.port}`
    if (numbers.has(number)) causes.push(duplicate(at, { port: port.port, protocol: port.protocol }))
    numbers.add(number)
  }
  return causes
}

/** The address stays with the Service, unless its type changes to or from one that has none. */
function addressCauses(spec: JsonMap, old: JsonMap | undefined): Cause[] {
  if (!old?.clusterIP || spec.type === 'ExternalName' || old.type === 'ExternalName') return []
  if (spec.clusterIP === old.clusterIP && equal(spec.clusterIPs, old.clusterIPs)) return []
  if (spec.clusterIP !== old.clusterIP) {
    return [invalid('spec.clusterIPs[0]', [spec.clusterIP ?? ''], 'may not change once set')]
  }
  return [invalid('spec.clusterIPs', spec.clusterIPs, 'may not change once set')]
}
