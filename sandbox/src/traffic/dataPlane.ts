import type { Context } from '../controllers/context.ts'
import { draw } from '../controllers/delays.ts'
import { entry } from '../controllers/entry.ts'
import { tagOf } from '../controllers/images.ts'
import type { Kubelet, Running } from '../controllers/kubelet.ts'
import { hashLabel } from '../controllers/podTemplate.ts'
import { keyOf } from '../controllers/store.ts'
import type { Obj } from '../types.ts'
import { attachments, backendVerdict, gatewayKind, routeKinds } from './attachment.ts'
import { type Endpoint, watchEndpoints } from './endpoints.ts'
import { createIncidents, type Incidents } from './incidents.ts'
import { latency } from './latency.ts'
import { type BackendRef, type RequestHead, type RouteTable, routeTable, type TableRule } from './routeTable.ts'

/** Where a request enters: a host name at the gateways, a Service from inside, or a port of a Gateway. */
export type Entrance =
  | { host: string; protocol?: 'http' | 'tls' }
  | { service: string; namespace?: string }
  | { gateway: string; namespace?: string; port: number }

export interface Request extends RequestHead {
  via: Entrance
}

/** Why a request was not answered well. */
export type Cause = 'versionError' | 'incident' | 'noEndpoint' | 'badGateway' | 'deadPod' | 'noRoute'

export interface Answer {
  code: number
  cause?: Cause
  /** Tag of the image that answered or should have; absent when no version was chosen. */
  version?: string
  /** Its pod-template-hash. */
  hash?: string
  ms: number
}

export interface DataPlane {
  /** Answers a request at once, as the gateway's present configuration has it. `ms` says how long the answer would take. */
  send(request: Request): Answer
  /** Called for every answer that a pod gave, mirrored ones included. */
  onServed(fn: (running: Running, answer: Answer) => void): void
  incidents: Incidents
  stop(): void
}

export interface DataPlaneOptions {
  /** How weights are kept: by chance for each request, or exactly in every sequence. */
  split: 'random' | 'exact'
}

/** The part of the gateway that requests pass through. A changed route counts `delays.routeTraffic` after it was written. */
export function startDataPlane(ctx: Context, kubelet: Kubelet, options: DataPlaneOptions): DataPlane {
  const routes = new Map<string, Obj>()
  const newest = new Map<string, number>()
  const tables = new Map<string, RouteTable>()
  const credits = new Map<TableRule, number[]>()
  const pending = new Set<() => void>()
  const served = new Set<(running: Running, answer: Answer) => void>()
  const incidents = createIncidents(ctx.store)
  let serial = 0

  const changed = () => {
    tables.clear()
    credits.clear()
  }
  const endpoints = watchEndpoints(ctx)

  const onRoute = ({ type, object, old }: { type: string; object: Obj; old?: Obj }) => {
    if (type === 'MODIFIED' && old && old.metadata.generation === object.metadata.generation) return
    const key = `${object.kind} ${keyOf(object)}`
    const mine = serial++
    ctx.activity.begin()
    const cancel = ctx.clock.after(draw(ctx.delays.routeTraffic, ctx.random), () => {
      drop()
      if ((newest.get(key) ?? -1) > mine) return
      newest.set(key, mine)
      if (type === 'DELETED') routes.delete(key)
      else routes.set(key, object)
      changed()
    })
    const drop = () => {
      cancel()
      if (pending.delete(drop)) ctx.activity.end()
    }
    pending.add(drop)
  }
  const stops = [
    ...routeKinds.map((kind) => ctx.store.on(gatewayKind(kind), onRoute)),
    ...[gatewayKind('Gateway'), gatewayKind('GatewayClass'), 'Namespace', 'Service'].map((kind) =>
      ctx.store.on(kind, ({ type, object, old }) => {
        const statusOnly =
          type === 'MODIFIED' && old?.metadata.generation === object.metadata.generation && object.kind.startsWith('Gateway')
        if (!statusOnly && (object.kind !== 'Service' || type !== 'MODIFIED')) changed()
      }),
    ),
  ]

  /** The table of one entrance, made when first used after a change. */
  function table(name: string, kinds: readonly string[], enters: (parent: string, listeners: string[]) => boolean): RouteTable {
    return entry(tables, name, () => tableOf(kinds, enters))
  }

  function tableOf(kinds: readonly string[], enters: (parent: string, listeners: string[]) => boolean): RouteTable {
    const attached = [...routes.values()]
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap((route) =>
        attachments(ctx.store, route)
          .filter(({ accepted, parent, listeners }) => accepted.ok && enters(parent, listeners))
          .map(({ hostnames }) => ({ route, hostnames })),
      )
    return routeTable(attached)
  }

  function send(request: Request): Answer {
    const { via } = request
    if ('service' in via) return toService(request, `${via.namespace ?? 'default'}/${via.service}`)
    if ('host' in via) {
      const kinds = via.protocol === 'tls' ? ['TLSRoute'] : ['HTTPRoute', 'GRPCRoute']
      const gateways = table(`host ${kinds[0]}`, kinds, (parent) => parent.startsWith('Gateway/'))
      return byRule(gateways.find({ ...request, host: via.host }))
    }
    const key = `${via.namespace ?? 'default'}/${via.gateway}`
    const listeners = ((ctx.store.get(gatewayKind('Gateway'), key)?.spec.listeners ?? []) as { name: string; port: number }[])
      .filter(({ port }) => port === via.port)
      .map(({ name }) => name)
    const tcp = table(`gateway ${key}:${via.port}`, ['TCPRoute'], (parent, attached) => {
      return parent === `Gateway/${key}` && attached.some((name) => listeners.includes(name))
    })
    return byRule(tcp.find(request))
  }

  /** From inside: by the routes that have the Service as parent, else to its endpoints as a node's proxy does. */
  function toService(request: Request, key: string): Answer {
    const mesh = table(`service ${key}`, ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'], (parent) => parent === `Service/${key}`)
    const rule = mesh.find(request)
    if (rule) return byRule(rule)
    if (!endpoints.service(key)) return { code: 503, cause: 'noEndpoint', ms: 0 }
    return toEndpoint(endpoints.of(key, { draining: true }))
  }

  function byRule(rule: TableRule | undefined): Answer {
    if (!rule) return { code: 404, cause: 'noRoute', ms: 0 }
    if (rule.redirect !== undefined) return { code: rule.redirect, ms: 0 }
    for (const { backendRef, share } of rule.mirrors) {
      if (ctx.random() < share) toBackend(rule, backendRef)
    }
    const chosen = choose(rule)
    return chosen ? toBackend(rule, chosen) : { code: 500, cause: 'badGateway', ms: 0 }
  }

  function choose(rule: TableRule): BackendRef | undefined {
    const weights = rule.backendRefs.map(({ weight = 1 }) => weight)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    if (total === 0) return undefined
    if (options.split === 'random') {
      let left = ctx.random() * total
      for (const [index, weight] of weights.entries()) {
        left -= weight
        if (left < 0) return rule.backendRefs[index]
      }
      return rule.backendRefs.at(-1)
    }
    const credit = entry(credits, rule, () => weights.map(() => 0))
    let best = 0
    for (const [index, weight] of weights.entries()) {
      credit[index] = (credit[index] ?? 0) + weight
      if ((credit[index] ?? 0) > (credit[best] ?? 0)) best = index
    }
    credit[best] = (credit[best] ?? 0) - total
    return rule.backendRefs[best]
  }

  function toBackend({ route }: TableRule, ref: BackendRef): Answer {
    if (!backendVerdict(endpoints.service, route, ref).ok) return { code: 500, cause: 'badGateway', ms: 0 }
    return toEndpoint(endpoints.of(`${ref.namespace ?? route.metadata.namespace}/${ref.name}`, { draining: false }))
  }

  function toEndpoint(candidates: readonly Endpoint[]): Answer {
    const endpoint = candidates[Math.floor(ctx.random() * candidates.length)]
    if (!endpoint) return { code: 503, cause: 'noEndpoint', ms: 0 }
    const running = kubelet.at(endpoint.ip)
    if (!running) return { code: 503, cause: 'deadPod', version: endpoint.version, hash: endpoint.hash, ms: 1 }
    const { pod, image, behaviour } = running
    const age = ctx.clock.now() - running.since
    const erring = behaviour.errorRate > 0 && age >= (behaviour.errorsAfterMs ?? 0)
    const cold = behaviour.cold && age < behaviour.cold.forMs ? behaviour.cold.latencyFactor : 1
    const incident = incidents.at(pod)
    const cause = erring && ctx.random() < behaviour.errorRate ? 'versionError' : hit(incident.errorRate) ? 'incident' : undefined
    const answer: Answer = {
      code: cause ? 500 : 200,
      ...(cause ? { cause } : {}),
      version: tagOf(image),
      hash: pod.metadata.labels?.[hashLabel] ?? '',
      ms: latency(behaviour.latencyMs, ctx.random) * (behaviour.latencyFactor ?? 1) * cold * incident.latencyFactor,
    }
    kubelet.served(running)
    for (const fn of served) fn(running, answer)
    return answer
  }

  const hit = (share: number) => share > 0 && ctx.random() < share

  return {
    send,
    onServed: (fn) => void served.add(fn),
    incidents,
    stop() {
      for (const stop of stops) stop()
      for (const drop of [...pending]) drop()
      endpoints.stop()
    },
  }
}
