import { type Context, clusterUser } from '../controllers/context.ts'
import { equal } from '../controllers/equal.ts'
import { keyOf, kindOf } from '../controllers/store.ts'
import { timestamp } from '../controllers/time.ts'
import { createWorkSet } from '../controllers/workSet.ts'
import type { Obj } from '../types.ts'
import {
  type Attachment,
  attachments,
  gatewayController,
  gatewayKind,
  isOurs,
  meshController,
  referencesVerdict,
  routeKinds,
  supportedKinds,
  type Verdict,
} from './attachment.ts'
import { gatewayGroup } from './gatewayApi.ts'

const user = clusterUser('gateway-controller')

/** Features that the data plane has; routers read them from the GatewayClass. */
const supportedFeatures = [
  'Gateway',
  'GRPCRoute',
  'HTTPRoute',
  'HTTPRouteMethodMatching',
  'HTTPRouteQueryParamMatching',
  'HTTPRouteRequestMirror',
  'HTTPRouteRequestPercentageMirror',
  'Mesh',
  'TLSRoute',
]

/** Writes the status of GatewayClasses, Gateways and routes, `delays.routeStatus` after they change, until the returned function is called. */
export function startGateway(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'routeStatus', (entry) => {
    const bar = entry.indexOf('|')
    const object = ctx.store.get(entry.slice(0, bar), entry.slice(bar + 1))
    if (!object) return undefined
    if (object.kind === 'GatewayClass') return syncClass(ctx, object)
    if (object.kind === 'Gateway') return syncGateway(ctx, object)
    return syncRoute(ctx, object)
  })
  const look = (object: Obj) => queue.add(`${kindOf(object)}|${keyOf(object)}`)
  const routes = () => routeKinds.flatMap((kind) => ctx.store.list(gatewayKind(kind)))
  const gateways = () => ctx.store.list(gatewayKind('Gateway'))
  const stops = [
    ctx.store.on(gatewayKind('GatewayClass'), ({ object }) => [object, ...gateways(), ...routes()].forEach(look)),
    ctx.store.on(gatewayKind('Gateway'), ({ object }) => [object, ...routes()].forEach(look)),
    ctx.store.on('Namespace', () => routes().forEach(look)),
    ctx.store.on('Service', ({ object }) => {
      for (const route of routes()) if (refersTo(route, object)) look(route)
    }),
    ...routeKinds.map((kind) => ctx.store.on(gatewayKind(kind), ({ object }) => [object, ...gateways()].forEach(look))),
  ]
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

/** By the name alone: looking at a route too often does no harm. */
const refersTo = (route: Obj, service: Obj): boolean => JSON.stringify(route.spec).includes(`"${service.metadata.name}"`)

function syncClass(ctx: Context, object: Obj): undefined {
  if (object.spec.controllerName !== gatewayController) return
  const conditions = said(ctx, object, object.status?.conditions, {
    Accepted: { ok: true, reason: 'Accepted', message: 'Class is accepted' },
  })
  write(ctx, object, { conditions, supportedFeatures: supportedFeatures.map((name) => ({ name })) })
}

function syncGateway(ctx: Context, object: Obj): undefined {
  if (!isOurs(ctx.store, object)) return
  const attached = routeKinds.flatMap((kind) => ctx.store.list(gatewayKind(kind))).flatMap((route) => attachments(ctx.store, route))
  const mine = attached.filter(({ parent, accepted }) => accepted.ok && parent === `Gateway/${keyOf(object)}`)
  const before = (object.status?.listeners ?? []) as Obj['spec'][]
  const listeners = (object.spec.listeners as Obj['spec'][]).map((listener) => ({
    name: listener.name,
    attachedRoutes: mine.filter((attachment) => attachment.listeners.includes(listener.name)).length,
    supportedKinds: supportedKinds(listener).map((kind) => ({ group: gatewayGroup, kind })),
    conditions: said(ctx, object, before.find(({ name }) => name === listener.name)?.conditions, {
      Accepted: { ok: true, reason: 'Accepted', message: 'Listener is accepted' },
      Programmed: { ok: true, reason: 'Programmed', message: 'Listener is programmed' },
      ResolvedRefs: { ok: true, reason: 'ResolvedRefs', message: 'All references are resolved' },
    }),
  }))
  const conditions = said(ctx, object, object.status?.conditions, {
    Accepted: { ok: true, reason: 'Accepted', message: 'Gateway is accepted' },
    Programmed: { ok: true, reason: 'Programmed', message: 'Gateway is programmed' },
  })
  write(ctx, object, { addresses: [{ type: 'IPAddress', value: '10.10.0.250' }], conditions, listeners })
}

function syncRoute(ctx: Context, route: Obj): undefined {
  const resolved = referencesVerdict(ctx.store, route)
  const before = (route.status?.parents ?? []) as Obj['spec'][]
  const foreign = before.filter(({ controllerName }) => controllerName !== gatewayController && controllerName !== meshController)
  const own = attachments(ctx.store, route).map(({ parentRef, controllerName, accepted }: Attachment) => {
    const old = before.find((parent) => parent.controllerName === controllerName && equal(parent.parentRef, parentRef))
    return { parentRef, controllerName, conditions: said(ctx, route, old?.conditions, { Accepted: accepted, ResolvedRefs: resolved }) }
  })
  if (own.length > 0 || before.length > foreign.length) write(ctx, route, { parents: [...foreign, ...own] })
}

/** Conditions of the object's generation; an unchanged status keeps its transition time. */
function said(ctx: Context, { metadata }: Obj, before: Obj['spec'][] | undefined, verdicts: Record<string, Verdict>): unknown[] {
  return Object.entries(verdicts).map(([type, { ok, reason, message }]) => {
    const status = ok ? 'True' : 'False'
    const old = before?.find((condition) => condition.type === type)
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timestamp(ctx.clock.now())
    return { type, status, reason, message, observedGeneration: metadata.generation, lastTransitionTime }
  })
}

function write(ctx: Context, object: Obj, status: unknown): void {
  if (!equal(status, object.status))
    ctx.api.update({ ...object, status }, { subresource: 'status', as: user, fieldManager: 'sandbox-gateway' })
}
