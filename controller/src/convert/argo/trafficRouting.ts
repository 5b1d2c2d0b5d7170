import type { RolloutSpecInput } from '../../api/rollout.ts'
import type { Reading } from '../reading.ts'

type RouteInput = NonNullable<NonNullable<RolloutSpecInput['traffic']>['routes']>[number]

/** Argo's plugin for the Gateway API, by whatever name it was installed. */
export const gatewayPlugin = /gatewayapi$/i

/** Kinds of routes, and the plugin's fields that name one or several of them. */
export const routeKinds = [
  ['HTTPRoute', 'httpRoute', 'httpRoutes'],
  ['GRPCRoute', 'grpcRoute', 'grpcRoutes'],
  ['TCPRoute', 'tcpRoute', 'tcpRoutes'],
  ['TLSRoute', 'tlsRoute', 'tlsRoutes'],
] as const

/** Routers of Argo Rollouts that Serin has none for. */
const without = ['alb', 'ambassador', 'apisix', 'appMesh', 'istio', 'nginx', 'smi', 'traefik']

export interface Routing {
  readonly routes: RouteInput[]
  /** What weights are parts of. */
  readonly maxWeight: number
}

/** `trafficRouting` of a canary. Only routes of the Gateway API have a counterpart. */
export function routingOf(reading: Reading, service: string | undefined, namespace: string | undefined): Routing {
  const routes: RouteInput[] = []
  const write = `write an HTTPRoute whose rule names Service ${service ?? 'of the clients'}, and name it in spec.traffic.routes`
  for (const [name, plugin] of reading.at('plugins').fields()) {
    if (gatewayPlugin.test(name)) routes.push(...gatewayRoutes(plugin, namespace))
    else plugin.lost(`there is no router ${name}`, write)
  }
  for (const key of without) reading.at(key).lost(`there is no router ${key}`, write)
  reading.at('managedRoutes').lost('managedRoutes serve header and mirror routes, which Serin has not', '')
  const maxWeight = reading.at('maxTrafficWeight').count() ?? 100
  return { routes: distinct(routes, reading), maxWeight: maxWeight === 0 ? 100 : maxWeight }
}

function gatewayRoutes(plugin: Reading, namespace: string | undefined): RouteInput[] {
  const elsewhere = plugin.at('namespace')
  const other = elsewhere.text()
  if (other !== undefined && namespace !== undefined && other !== namespace)
    elsewhere.todo(`the routes are in namespace ${other}, and Serin takes those beside the Rollout`, `move them to ${namespace}`)
  plugin.at('configMap').changed('the ConfigMap of the plugin is not needed')
  plugin.at('inProgressLabelKey').changed('Serin labels routes by itself')
  plugin.at('inProgressLabelValue').changed('Serin labels routes by itself')
  plugin.at('disableInProgressLabel').changed('Serin labels routes by itself')
  return routeKinds.flatMap(([kind, single, several]): RouteInput[] => {
    const name = plugin.at(single).text()
    const listed = plugin
      .at(several)
      .items()
      .flatMap((one): RouteInput[] => {
        const found = one.at('name').text()
        if (one.at('useHeaderRoutes').flag() === true) one.at('useHeaderRoutes').lost('header routes have no counterpart', '')
        return found === undefined ? [] : [{ kind, name: found }]
      })
    return [...(name === undefined ? [] : [{ kind, name }]), ...listed]
  })
}

function distinct(routes: readonly RouteInput[], reading: Reading): RouteInput[] {
  const once = [...new Map(routes.map((route) => [`${route.kind}/${route.name}`, route])).values()]
  if (once.length > 16)
    reading.say({ severity: 'lost', what: 'a Rollout has at most 16 routes', doInstead: 'write a Rollout for each part' })
  return once.slice(0, 16)
}
