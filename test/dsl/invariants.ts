import type { Api as InnerApi } from '../../sandbox/src/api.ts'
import type { Json } from '../cluster/apiClient.ts'
import type { Cluster, Seen } from './cluster.ts'

/** Laws of every run, looked at after each single change. */
export type Law =
  /** A run that is not over says what it waits for. */
  | 'waits'
  /** At most one set with pods belongs to the workload, so nothing is scaled in proportion. */
  | 'one active set'
  /** Callers of the root Service meet no canary pod while the run takes its steps. */
  | 'pinned root'
  /** Two changes of weights have the settle time between them. */
  | 'settled weights'
  /** No set that a route or the root Service sends to is emptied. */
  | 'pods under traffic'

export interface Invariants {
  /** For scenarios in which somebody breaks a law on purpose. */
  except(...laws: Law[]): void
  /** Throws the first breach, if there was one. */
  check(): void
  stop(): Promise<void>
}

/** What the laws look at: one namespace at one instant. */
interface Sight {
  rollouts: Json[]
  deployments: Json[]
  sets: Json[]
  services: Json[]
  slices: Json[]
  routes: Json[]
}

// What is written down of an instant has whole milliseconds.
const settleMs = 1_000

/** On a real cluster only what one object shows by itself is looked at: there is no instant at which all are seen. */
export async function watchInvariants(cluster: Cluster, namespace: string): Promise<Invariants> {
  const breaches: string[] = []
  const off = new Set<Law>()
  const weights = weightTimes()
  const began = cluster.clock.now()
  const breach = (law: Law, what: string | undefined) => {
    if (what === undefined || off.has(law)) return
    breaches.push(`${((cluster.clock.now() - began) / 1000).toFixed(3)} s: broken law '${law}': ${what}`)
  }
  const look = (seen: Seen) => {
    const { object, gone } = seen
    if (object.kind === 'Rollout' && !gone) breach('waits', silentRun(object))
    const api = cluster.inside?.api
    if (!api || !watched.has(object.kind)) return
    const sight = sightOf(api, namespace)
    for (const rollout of sight.rollouts) {
      breach('one active set', twoActiveSets(rollout, sight))
      breach('pinned root', canaryBehindRoot(rollout, sight))
    }
    if (object.kind === 'HTTPRoute' && !gone) breach('settled weights', weights(object, cluster.clock.now()))
    if (object.kind === 'ReplicaSet' || object.kind === 'HTTPRoute' || object.kind === 'Service')
      breach('pods under traffic', emptiedUnderTraffic(sight))
  }
  const stop = await cluster.follow(namespace, look)
  return {
    except: (...laws) => {
      for (const law of laws) off.add(law)
    },
    check() {
      const [first] = breaches
      if (first !== undefined) throw new Error(first)
    },
    stop,
  }
}

const watched = new Set(['Rollout', 'Deployment', 'ReplicaSet', 'Service', 'EndpointSlice', 'HTTPRoute'])

function sightOf(api: InnerApi, namespace: string): Sight {
  const list = (apiVersion: string, kind: string): Json[] => [...api.list(apiVersion, kind, { namespace })]
  return {
    rollouts: list('serin.dev/v1alpha1', 'Rollout'),
    deployments: list('apps/v1', 'Deployment'),
    sets: list('apps/v1', 'ReplicaSet'),
    services: list('v1', 'Service'),
    slices: list('discovery.k8s.io/v1', 'EndpointSlice'),
    routes: list('gateway.networking.k8s.io/v1', 'HTTPRoute'),
  }
}

function silentRun({ status }: Json): string | undefined {
  if (!status?.run) return undefined
  const { waiting, stage } = status.run
  if (waiting?.for && waiting.because && waiting.since) return undefined
  return `the run is ${stage} and does not say what it waits for: ${JSON.stringify(waiting)}`
}

function twoActiveSets(rollout: Json, { deployments, sets }: Sight): string | undefined {
  const { run } = rollout.status ?? {}
  const deployment = deployments.find(({ metadata }) => metadata.name === rollout.spec.workload.name)
  if (!run || !deployment || run.outcome?.released || run.spec.handOver.at < 100) return undefined
  const active = sets.filter(
    ({ metadata, spec }) =>
      spec.replicas > 0 && metadata.ownerReferences?.some((owner: Json) => owner.controller && owner.uid === deployment.metadata.uid),
  )
  return active.length < 2
    ? undefined
    : `${active.map(({ metadata, spec }) => `${metadata.name} (${spec.replicas})`).join(' and ')} belong to the Deployment`
}

function canaryBehindRoot(rollout: Json, { services, slices, sets }: Sight): string | undefined {
  const { run } = rollout.status ?? {}
  if (!run || run.mode === 'Pods' || run.stage !== 'Stepping') return undefined
  const root = services.find(({ metadata }) => metadata.name === rollout.spec.service)
  if (!root) return undefined
  const set = sets.find(({ metadata }) => metadata.name === run.to.set)
  const canary = slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === root.metadata.name)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .find(({ targetRef, conditions }: Json) => conditions?.ready !== false && set && targetRef?.name?.startsWith(`${set.metadata.name}-`))
  return canary && `Service ${root.metadata.name} has the ready endpoint ${canary.targetRef.name} of the canary`
}

/** When the share of each backend was last changed on a route that is in a run. */
function weightTimes(): (route: Json, now: number) => string | undefined {
  const last = new Map<string, { shown: string; at: number }>()
  return (route, now) => {
    const shown = JSON.stringify(
      (route.spec.rules ?? []).map(({ backendRefs = [] }: Json) => backendRefs.map(({ name, weight = 1 }: Json) => [name, weight])),
    )
    const known = last.get(route.metadata.uid)
    if (known?.shown === shown) return undefined
    const held = route.metadata.labels?.['serin.dev/run'] !== undefined
    // Before a run anybody may change it at any time.
    last.set(route.metadata.uid, { shown, at: held ? now : Number.NEGATIVE_INFINITY })
    if (!known || !held || now - known.at > settleMs - 2) return undefined
    return `HTTPRoute ${route.metadata.name} went from ${known.shown} to ${shown} after ${now - known.at} ms`
  }
}

function emptiedUnderTraffic({ routes, services, sets, deployments }: Sight): string | undefined {
  for (const route of routes)
    for (const { backendRefs = [] } of route.spec.rules ?? [])
      for (const { name, weight = 1 } of backendRefs) {
        const service = services.find(({ metadata }) => metadata.name === name)
        const hash = service?.spec.selector?.['pod-template-hash']
        if (weight === 0 || hash === undefined) continue
        const set = sets.find(({ metadata }) => metadata.labels?.['pod-template-hash'] === hash)
        const owner = deployments.find(({ spec }) =>
          Object.entries(spec.selector.matchLabels).every(([key, value]) => set?.metadata.labels?.[key] === value),
        )
        if (set?.spec.replicas === 0 && owner && owner.spec.replicas > 0)
          return `ReplicaSet ${set.metadata.name} has 0 pods while HTTPRoute ${route.metadata.name} gives Service ${name} the weight ${weight}`
      }
  return undefined
}
