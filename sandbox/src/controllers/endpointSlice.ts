import type { Obj } from '../types.ts'
import { type Context, clusterUser, targetOf } from './context.ts'
import { canonical, equal } from './equal.ts'
import { matchesLabels } from './labels.ts'
import { controllerReference } from './owners.ts'
import { isEnded, isReady } from './podState.ts'
import { keyOf } from './store.ts'
import { createWorkSet } from './workSet.ts'

export const serviceNameLabel = 'kubernetes.io/service-name'
const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
const manager = 'endpointslice-controller.k8s.io'
const user = clusterUser('endpointslice-controller')
/** Endpoints in one slice, as the real controller's default. */
const perSlice = 100

interface ServicePort {
  name?: string
  port: number
  targetPort?: number | string
  protocol?: string
  appProtocol?: string
}

interface SlicePort {
  name: string
  port: number
  protocol: string
  appProtocol?: string
}

interface Wanted {
  ports: SlicePort[]
  endpoints: Obj['spec'][]
}

/** Keeps the EndpointSlices of every Service with a selector, until the returned function is called. */
export function startEndpointSlices(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'endpointSlice', (key) => sync(ctx, key))
  const ofPod = (pod: Obj) => {
    for (const service of ctx.store.list('Service', pod.metadata.namespace)) {
      if (service.spec.selector && matchesLabels(service.spec.selector, pod.metadata.labels)) queue.add(keyOf(service))
    }
  }
  const stops = [
    ctx.store.on('Service', ({ object }) => queue.add(keyOf(object))),
    ctx.store.on('Pod', ({ object, old }) => {
      if (old && !equal(old.metadata.labels, object.metadata.labels)) ofPod(old)
      ofPod(object)
    }),
    ctx.store.on('EndpointSlice.discovery.k8s.io', ({ object }) => {
      const service = object.metadata.labels?.[serviceNameLabel]
      if (service !== undefined && object.metadata.labels?.[managedByLabel] === manager)
        queue.add(`${object.metadata.namespace}/${service}`)
    }),
  ]
  for (const service of ctx.store.list('Service')) queue.add(keyOf(service))
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, key: string): undefined {
  const service = ctx.store.get('Service', key)
  if (!service || service.metadata.deletionTimestamp || !service.spec.selector || service.spec.type === 'ExternalName') return
  const pods = ctx.store.list('Pod', service.metadata.namespace).filter((pod) => matchesLabels(service.spec.selector, pod.metadata.labels))
  const wanted = sliced(service, pods)
  const slices = ctx.store
    .list('EndpointSlice.discovery.k8s.io', service.metadata.namespace)
    .filter(
      ({ metadata }) => metadata.labels?.[serviceNameLabel] === service.metadata.name && metadata.labels?.[managedByLabel] === manager,
    )
    .filter(({ metadata }) => !metadata.deletionTimestamp)
  for (const { ports, endpoints } of wanted) {
    const at = slices.findIndex((slice) => equal(slice.ports ?? [], ports))
    const [slice] = at < 0 ? [] : slices.splice(at, 1)
    const labels = labelsFor(service)
    if (!slice) create(ctx, service, { labels, ports, endpoints })
    else if (!equal(slice.endpoints ?? [], endpoints) || !equal(slice.metadata.labels, labels)) {
      ctx.api.update(
        { ...slice, metadata: { ...slice.metadata, labels }, endpoints },
        { as: user, fieldManager: 'kube-controller-manager' },
      )
    }
  }
  for (const slice of slices) ctx.api.delete(targetOf(slice), { as: user, uid: slice.metadata.uid })
}

function create(ctx: Context, service: Obj, slice: Wanted & { labels: Record<string, string> }): void {
  ctx.api.create(
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${service.metadata.name}-`,
        namespace: service.metadata.namespace,
        labels: slice.labels,
        ownerReferences: [controllerReference(service)],
      } as unknown as Obj['metadata'],
      addressType: 'IPv4',
      endpoints: slice.endpoints,
      ports: slice.ports,
    },
    { as: user, fieldManager: 'kube-controller-manager' },
  )
}

/** The Service's own labels, and what says whose the slice is. */
function labelsFor(service: Obj): Record<string, string> {
  return {
    ...service.metadata.labels,
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: manager,
    ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
  }
}

/** Pods grouped by what the Service's ports are on them; one empty slice when there is none. */
function sliced(service: Obj, pods: Obj[]): Wanted[] {
  const groups = new Map<string, Wanted>()
  for (const pod of pods) {
    if (!pod.status?.podIP || isEnded(pod)) continue
    const ports = portsOn(pod, (service.spec.ports ?? []) as ServicePort[])
    const key = canonical(ports)
    const group = groups.get(key) ?? { ports, endpoints: [] }
    groups.set(key, group)
    group.endpoints.push(endpointOf(pod, service.spec.publishNotReadyAddresses === true))
  }
  if (groups.size === 0) return [{ ports: [], endpoints: [] }]
  return [...groups.values()].flatMap(({ ports, endpoints }) => {
    const chunks: Wanted[] = []
    for (let from = 0; from < endpoints.length; from += perSlice) chunks.push({ ports, endpoints: endpoints.slice(from, from + perSlice) })
    return chunks
  })
}

function portsOn(pod: Obj, ports: ServicePort[]): SlicePort[] {
  const named = (pod.spec.containers as { ports?: { name?: string; containerPort: number }[] }[]).flatMap(
    (container) => container.ports ?? [],
  )
  return ports.flatMap(({ name = '', port, targetPort = port, protocol = 'TCP', appProtocol }) => {
    const number = typeof targetPort === 'number' ? targetPort : named.find((candidate) => candidate.name === targetPort)?.containerPort
    return number === undefined ? [] : [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}

function endpointOf(pod: Obj, publishNotReady: boolean): Obj['spec'] {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: publishNotReady || (serving && !terminating), serving, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  }
}
