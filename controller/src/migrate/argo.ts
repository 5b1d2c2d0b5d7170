import { gatewayPlugin, routeKinds } from '../convert/argo/trafficRouting.ts'
import type { KubeObject, Ref } from '../kube/types.ts'
import { isObject } from '../traffic/patch.ts'
import { isDescriptive } from '../traffic/services.ts'

/** Argo's words: the few fields and labels of its Rollout that a migration reads or writes. */

export const argoApi = 'argoproj.io/v1alpha1'
/** On its ReplicaSets, their pods, and in the selectors of the Services it steers. */
export const argoHash = 'rollouts-pod-template-hash'
/** A controller of Argo lists only Rollouts with its own instance id, or with none: another value, and no controller looks any more. */
export const instanceLabel = 'argo-rollouts.argoproj.io/controller-instance-id'
export const managedByAnnotation = 'argo-rollouts.argoproj.io/managed-by-rollouts'

export interface ArgoSpec {
  replicas?: number
  paused?: boolean
  selector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] }
  workloadRef?: { apiVersion?: string; kind?: string; name?: string; scaleDown?: string }
  minReadySeconds?: number
  revisionHistoryLimit?: number
  progressDeadlineSeconds?: number
  strategy?: { canary?: ArgoCanary; blueGreen?: { activeService?: string; previewService?: string } }
}

export interface ArgoCanary {
  canaryService?: string
  stableService?: string
  pingPong?: { pingService?: string; pongService?: string }
  trafficRouting?: Record<string, unknown>
  maxSurge?: number | string
  maxUnavailable?: number | string
  stableMetadata?: unknown
}

export interface ArgoStatus {
  phase?: string
  message?: string
  stableRS?: string
  currentPodHash?: string
  observedGeneration?: string
  abort?: boolean
  pauseConditions?: { reason?: string }[]
}

export const specOf = (rollout: KubeObject): ArgoSpec => (isObject(rollout.spec) ? rollout.spec : {})
export const statusOf = (rollout: KubeObject): ArgoStatus => (isObject(rollout.status) ? rollout.status : {})

/** The Service that serves the users, and those that show the other version only. */
export function servicesOf(rollout: KubeObject): { root?: string; others: string[] } {
  const { canary, blueGreen } = specOf(rollout).strategy ?? {}
  const root = blueGreen?.activeService ?? canary?.stableService
  const others = [blueGreen?.previewService, canary?.canaryService].filter((name) => name !== undefined && name !== root)
  return { ...(root === undefined ? {} : { root }), others: others as string[] }
}

/** The name of the Deployment that takes over: the one that workloadRef names, else a new one. */
export function deploymentName(rollout: KubeObject): string {
  return specOf(rollout).workloadRef?.name ?? rollout.metadata.name
}

const versions = { HTTPRoute: 'v1', GRPCRoute: 'v1', TCPRoute: 'v1alpha2', TLSRoute: 'v1alpha2' }

export interface Routing {
  routes: Ref[]
  /** How the traffic is steered where Serin cannot take it over. */
  foreign: string[]
}

/** What carries the weights: routes of the Gateway API, which Argo steers by a plugin, or something else. */
export function routingOf(rollout: KubeObject): Routing {
  const routing = specOf(rollout).strategy?.canary?.trafficRouting ?? {}
  const routes: Ref[] = []
  const foreign: string[] = []
  for (const [key, value] of Object.entries(routing)) {
    if (key === 'managedRoutes' || key === 'maxTrafficWeight') continue
    if (key !== 'plugins' || !isObject(value)) foreign.push(key)
    else
      for (const [plugin, config] of Object.entries(value)) {
        if (!gatewayPlugin.test(plugin) || !isObject(config)) foreign.push(`the plugin ${plugin}`)
        else routes.push(...routesIn(config, rollout.metadata.namespace ?? '', foreign))
      }
  }
  return { routes, foreign }
}

function routesIn(config: Record<string, unknown>, own: string, foreign: string[]): Ref[] {
  const { namespace = own } = config
  if (namespace !== own) foreign.push(`a route in the namespace ${String(namespace)}`)
  if (config.routeSelector !== undefined || config.httpRouteSelector !== undefined || config.grpcRouteSelector !== undefined)
    foreign.push('routes chosen by a selector')
  return routeKinds.flatMap(([kind, one, many]) => {
    const listed = Array.isArray(config[many]) ? config[many].map((entry: unknown) => (isObject(entry) ? entry.name : undefined)) : []
    return [config[one], ...listed]
      .filter((name): name is string => typeof name === 'string' && name !== '')
      .map((name): Ref => ({ apiVersion: `gateway.networking.k8s.io/${versions[kind]}`, kind, namespace: own, name }))
  })
}

/** Labels of an object that one made in its place may carry: not those by which tools find, and prune, what they installed. */
export function ownLabels({ metadata: { labels = {} } }: KubeObject): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isDescriptive(key) && !key.includes('argoproj.io/')))
}
