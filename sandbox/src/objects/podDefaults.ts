import { copy, fill, type JsonMap } from './json.ts'

export function defaultPodTemplate(template: JsonMap): void {
  if (template?.spec) defaultPodSpec(template.spec)
}

export function defaultPodSpec(spec: JsonMap): void {
  if (!spec.dnsPolicy) spec.dnsPolicy = 'ClusterFirst'
  if (!spec.restartPolicy) spec.restartPolicy = 'Always'
  if (!spec.schedulerName) spec.schedulerName = 'default-scheduler'
  fill(spec, 'securityContext', {})
  fill(spec, 'terminationGracePeriodSeconds', 30)
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  for (const container of allContainers(spec)) {
    defaultContainer(container)
    if (spec.hostNetwork) for (const port of container.ports ?? []) fill(port, 'hostPort', port.containerPort)
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

const allContainers = (spec: JsonMap): JsonMap[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
]

function defaultContainer(container: JsonMap): void {
  if (!container.imagePullPolicy) container.imagePullPolicy = isLatest(String(container.image ?? '')) ? 'Always' : 'IfNotPresent'
  if (!container.terminationMessagePath) container.terminationMessagePath = '/dev/termination-log'
  if (!container.terminationMessagePolicy) container.terminationMessagePolicy = 'File'
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (!probe) continue
    probe.timeoutSeconds ||= 1
    probe.periodSeconds ||= 10
    probe.successThreshold ||= 1
    probe.failureThreshold ||= 3
    defaultHttpGet(probe.httpGet)
    if (probe.grpc) fill(probe.grpc, 'service', '')
  }
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) defaultHttpGet(hook?.httpGet)
  for (const { valueFrom } of container.env ?? []) if (valueFrom) defaultReference(valueFrom)
}

/** A field of the pod, or of its resources, as an environment variable or a file shows it. */
function defaultReference({ fieldRef, resourceFieldRef }: JsonMap): void {
  if (fieldRef) fill(fieldRef, 'apiVersion', 'v1')
  if (resourceFieldRef) fill(resourceFieldRef, 'divisor', '0')
}

function defaultHttpGet(get: JsonMap | undefined): void {
  if (!get) return
  get.path ||= '/'
  get.scheme ||= 'HTTP'
}

/** An image without tag and digest means :latest. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false
  const name = image.slice(image.lastIndexOf('/') + 1)
  const at = name.indexOf(':')
  return at < 0 || name.slice(at + 1) === 'latest'
}

const fileMode = 0o644

function defaultVolume(volume: JsonMap): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {}
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected])
    if (source) fill(source, 'defaultMode', fileMode)
  if (volume.hostPath) fill(volume.hostPath, 'type', '')
  for (const source of volume.projected?.sources ?? []) {
    if (source.serviceAccountToken) fill(source.serviceAccountToken, 'expirationSeconds', 3600)
    for (const item of source.downwardAPI?.items ?? []) defaultReference(item)
  }
  for (const item of volume.downwardAPI?.items ?? []) defaultReference(item)
}

/** A container of a pod that has a limit and no request for a resource requests the limit. Templates keep what they say. */
export function defaultRequests(spec: JsonMap): void {
  for (const { resources } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (resources?.limits) resources.requests = { ...copy(resources.limits), ...resources.requests }
  }
}
