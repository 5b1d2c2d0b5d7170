import { type LabelSelector, selects } from '../controllers/labels.ts'
import type { Store } from '../controllers/store.ts'
import type { Obj } from '../types.ts'
import { gatewayGroup } from './gatewayApi.ts'
import { type BackendRef, hostMatches } from './routeTable.ts'

/** Who the sandbox's gateway and its mesh are in a GatewayClass and in the status of routes. */
export const gatewayController = 'gateway.sandbox.internal/controller'
export const meshController = 'gateway.sandbox.internal/mesh'

export const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const

export const gatewayKind = (kind: string): string => `${kind}.${gatewayGroup}`

export interface Verdict {
  ok: boolean
  reason: string
  message: string
}

/** What one parentRef of a route comes to. */
export interface Attachment {
  parentRef: Obj['spec']
  controllerName: string
  /** Kind/namespace/name of the parent. */
  parent: string
  accepted: Verdict
  /** Names of the listeners it is attached to. */
  listeners: string[]
  /** Host names that are left after the listeners'; empty for every host. */
  hostnames: string[]
}

const accepted: Verdict = { ok: true, reason: 'Accepted', message: 'Route is accepted' }

/** The parents of a route that are the sandbox's: Gateways of its class, and Services. Others are not its business. */
export function attachments(store: Store, route: Obj): Attachment[] {
  return ((route.spec.parentRefs ?? []) as Obj['spec'][]).flatMap((parentRef) => {
    const { group = gatewayGroup, kind = 'Gateway', namespace = route.metadata.namespace, name } = parentRef
    const parent = `${kind}/${namespace}/${name}`
    if (group === '' && kind === 'Service') {
      if (!store.get('Service', `${namespace}/${name}`)) return []
      return [{ parentRef, parent, controllerName: meshController, accepted, listeners: [], hostnames: [] }]
    }
    const gateway = kind === 'Gateway' ? store.get(gatewayKind('Gateway'), `${namespace}/${name}`) : undefined
    if (!gateway || !isOurs(store, gateway)) return []
    return [{ parentRef, parent, controllerName: gatewayController, ...toListeners(store, route, gateway, parentRef) }]
  })
}

export function isOurs(store: Store, gateway: Obj): boolean {
  return store.get(gatewayKind('GatewayClass'), `/${gateway.spec.gatewayClassName}`)?.spec.controllerName === gatewayController
}

function toListeners(
  store: Store,
  route: Obj,
  gateway: Obj,
  parentRef: Obj['spec'],
): Pick<Attachment, 'accepted' | 'listeners' | 'hostnames'> {
  const refused = (reason: string, message: string) => ({ accepted: { ok: false, reason, message }, listeners: [], hostnames: [] })
  const meant = (gateway.spec.listeners as Obj['spec'][]).filter(
    ({ name, port }) =>
      (parentRef.sectionName === undefined || parentRef.sectionName === name) && (parentRef.port === undefined || parentRef.port === port),
  )
  if (meant.length === 0) return refused('NoMatchingParent', 'No listener matches the parent reference')
  const allowed = meant.filter((listener) => supportedKinds(listener).includes(route.kind) && admits(store, gateway, listener, route))
  if (allowed.length === 0) return refused('NotAllowedByListeners', 'No listener allows this route')
  const wanted = (route.spec.hostnames ?? []) as string[]
  const shared = allowed
    .map((listener) => ({ listener, hostnames: intersection(listener.hostname, wanted) }))
    .filter(({ hostnames }) => hostnames)
  if (shared.length === 0) return refused('NoMatchingListenerHostname', 'No listener has a host name of this route')
  const open = shared.some(({ hostnames }) => hostnames?.length === 0)
  return {
    accepted,
    listeners: shared.map(({ listener }) => listener.name),
    hostnames: open ? [] : [...new Set(shared.flatMap(({ hostnames }) => hostnames ?? []))],
  }
}

/** Route kinds that a listener of that protocol takes. */
export function supportedKinds({ protocol, allowedRoutes }: Obj['spec']): string[] {
  const byProtocol: Record<string, string[]> = {
    HTTP: ['HTTPRoute', 'GRPCRoute'],
    HTTPS: ['HTTPRoute', 'GRPCRoute'],
    TLS: ['TLSRoute'],
    TCP: ['TCPRoute'],
  }
  const kinds = byProtocol[protocol] ?? []
  const chosen = (allowedRoutes?.kinds ?? []) as { kind: string }[]
  return chosen.length === 0 ? kinds : kinds.filter((kind) => chosen.some((allowed) => allowed.kind === kind))
}

function admits(store: Store, gateway: Obj, listener: Obj['spec'], route: Obj): boolean {
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {}
  if (from === 'All') return true
  if (from === 'Selector')
    return selects(selector as LabelSelector, store.get('Namespace', `/${route.metadata.namespace}`)?.metadata.labels)
  return from === 'Same' && gateway.metadata.namespace === route.metadata.namespace
}

/** Host names that both want, the narrower of each pair; undefined when there is none, empty when both take all. */
function intersection(listener: string | undefined, wanted: string[]): string[] | undefined {
  if (!listener) return wanted
  if (wanted.length === 0) return [listener]
  const both = wanted.flatMap((name) => {
    if (name === listener || hostMatches(listener, name)) return [name]
    return hostMatches(name, listener) ? [listener] : []
  })
  return both.length > 0 ? both : undefined
}

/** Whether a backend can be used at all; the reasons are those of the condition ResolvedRefs. */
export function backendVerdict(service: (key: string) => Obj | undefined, route: Obj, ref: BackendRef): Verdict {
  const { group = '', kind = 'Service', namespace = route.metadata.namespace, name, port } = ref
  if (group !== '' || kind !== 'Service') return { ok: false, reason: 'InvalidKind', message: `backend kind ${kind} is not supported` }
  if (namespace !== route.metadata.namespace) {
    return { ok: false, reason: 'RefNotPermitted', message: `backend ${namespace}/${name} is in another namespace` }
  }
  const found = service(`${namespace}/${name}`)
  if (!found) return { ok: false, reason: 'BackendNotFound', message: `service ${namespace}/${name} is not found` }
  const ports = (found.spec.ports ?? []) as { port: number }[]
  if (!ports.some((candidate) => candidate.port === port)) {
    return { ok: false, reason: 'BackendNotFound', message: `service ${namespace}/${name} has no port ${port}` }
  }
  return { ok: true, reason: 'ResolvedRefs', message: 'All references are resolved' }
}

/** The first backend of a route that cannot be used, mirrors included, else that all can. */
export function referencesVerdict(store: Store, route: Obj): Verdict {
  for (const rule of (route.spec.rules ?? []) as Obj['spec'][]) {
    const mirrors = ((rule.filters ?? []) as Obj['spec'][]).flatMap(({ requestMirror }) =>
      requestMirror ? [requestMirror.backendRef] : [],
    )
    for (const ref of [...(rule.backendRefs ?? []), ...mirrors]) {
      const verdict = backendVerdict((key) => store.get('Service', key), route, ref)
      if (!verdict.ok) return verdict
    }
  }
  return { ok: true, reason: 'ResolvedRefs', message: 'All references are resolved' }
}
