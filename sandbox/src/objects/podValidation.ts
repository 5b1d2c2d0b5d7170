import { type Cause, child, duplicate, forbidden, invalid, keyed, required, unsupported } from './causes.ts'
import { copy, equal, type JsonMap } from './json.ts'
import { dnsLabel } from './names.ts'

const protocols = ['SCTP', 'TCP', 'UDP']
const restartPolicies = ['Always', 'OnFailure', 'Never']
const pullPolicies = ['Always', 'IfNotPresent', 'Never']

export function portCause(path: string, port: unknown): Cause[] {
  if (typeof port !== 'number') return port === undefined ? [required(path)] : []
  return port >= 1 && port <= 65_535 ? [] : [invalid(path, port, 'must be between 1 and 65535, inclusive')]
}

export function validatePodSpec(spec: JsonMap, path: string): Cause[] {
  const causes: Cause[] = []
  const containers: JsonMap[] = spec.containers ?? []
  if (containers.length === 0) causes.push(required(child(path, 'containers')))
  const volumes = new Set<string>((spec.volumes ?? []).map(({ name }: JsonMap) => name))
  const names = new Set<string>()
  for (const list of ['initContainers', 'containers']) {
    for (const [i, container] of (spec[list] ?? []).entries()) {
      causes.push(...containerCauses(container, volumes, names, keyed(child(path, list), i)))
    }
  }
  if (spec.restartPolicy && !restartPolicies.includes(spec.restartPolicy)) {
    causes.push(unsupported(child(path, 'restartPolicy'), spec.restartPolicy, restartPolicies))
  }
  for (const [i, { name }] of (spec.volumes ?? []).entries()) {
    const problem = name ? dnsLabel(name) : undefined
    if (problem) causes.push(invalid(child(keyed(child(path, 'volumes'), i), 'name'), name, problem))
  }
  if (spec.terminationGracePeriodSeconds < 0) {
    causes.push(
      invalid(child(path, 'terminationGracePeriodSeconds'), spec.terminationGracePeriodSeconds, 'must be greater than or equal to 0'),
    )
  }
  return causes
}

function containerCauses(container: JsonMap, volumes: ReadonlySet<string>, names: Set<string>, path: string): Cause[] {
  const causes: Cause[] = []
  const { name, image, imagePullPolicy, ports = [], env = [], volumeMounts = [] } = container
  if (!name) causes.push(required(child(path, 'name')))
  else {
    const problem = dnsLabel(name)
    if (problem) causes.push(invalid(child(path, 'name'), name, problem))
    if (names.has(name)) causes.push(duplicate(child(path, 'name'), name))
    names.add(name)
  }
  if (!image) causes.push(required(child(path, 'image')))
  if (imagePullPolicy && !pullPolicies.includes(imagePullPolicy))
    causes.push(unsupported(child(path, 'imagePullPolicy'), imagePullPolicy, pullPolicies))
  const portNames = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const at = keyed(child(path, 'ports'), i)
    causes.push(...portCause(child(at, 'containerPort'), port.containerPort || undefined))
    if (port.protocol && !protocols.includes(port.protocol)) causes.push(unsupported(child(at, 'protocol'), port.protocol, protocols))
    if (port.name && portNames.has(port.name)) causes.push(duplicate(child(at, 'name'), port.name))
    if (port.name) portNames.add(port.name)
  }
  for (const [i, variable] of env.entries()) if (!variable.name) causes.push(required(child(keyed(child(path, 'env'), i), 'name')))
  for (const [i, mount] of volumeMounts.entries()) {
    const at = child(keyed(child(path, 'volumeMounts'), i), 'name')
    if (!volumes.has(mount.name))
      causes.push({ field: at, reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(mount.name)}` })
  }
  return causes
}

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function validatePod({ spec }: JsonMap, old: JsonMap | undefined): Cause[] {
  const causes = validatePodSpec(spec, 'spec')
  // A pod gets its node and its gates lifted by others, once.
  if (old && !equal(fixedParts(spec, old.spec), fixedParts(old.spec, old.spec))) causes.push(forbidden('spec', mayChange))
  return causes
}

function fixedParts(spec: JsonMap, old: JsonMap): JsonMap {
  const out = copy(spec)
  for (const key of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates', 'ephemeralContainers']) delete out[key]
  if (!old.nodeName) delete out.nodeName
  for (const container of [...(out.containers ?? []), ...(out.initContainers ?? [])]) {
    delete container.image
    delete container.resources
  }
  return out
}
