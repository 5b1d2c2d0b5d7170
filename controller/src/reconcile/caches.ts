import type { Clock } from '../clock.ts'
import type { Discovery } from '../kube/discovery.ts'
import type { Log } from '../kube/log.ts'
import { type Reflector, reflect } from '../kube/reflector.ts'
import { typeTable } from '../kube/resources.ts'
import { inShard, type Shard } from '../kube/shard.ts'
import { type Change, createStore, type Store } from '../kube/store.ts'
import type { KubeObject, ResourceType, Transport } from '../kube/types.ts'
import { notificationIndexes } from '../notify/ledger.ts'
import { gatewayGroup } from '../traffic/gatewayApi.ts'
import { routers } from '../traffic/registry.ts'
import { managedLabel, rolloutLabel, runLabel } from '../workload/view.ts'

/**
 * What the controller keeps a copy of: its own kinds whole, and of everything else only what carries a label of ours.
 * A cluster's other Deployments, its pods and foreign ReplicaSets cost nothing.
 */
export interface Caches {
  rollouts: Store
  commands: Store
  analyses: Store
  templates: { Namespace: Store; Cluster: Store }
  sources: { Namespace: Store; Cluster: Store }
  notifiers: { Namespace: Store; Cluster: Store }
  notifications: Store
  workloads: Store
  sets: Store
  services: Store
  slices: Store
  /** The store of a kind of route that the cluster serves; opened when first asked for. */
  routes(kind: string): Promise<{ store: Store; type: ResourceType } | undefined>
  /** Where an object of that kind is kept, for the answers to our own writes. */
  storeOf(kind: string): Store | undefined
  synced(): Promise<void>
  stop(): Promise<void>
}

export const workloadIndex = 'workload'
export const rolloutIndex = 'rollout'
export const serviceIndex = 'service'

const ours = 'serin.dev/v1alpha1'

export interface CacheOptions {
  transport: Transport
  discovery: Discovery
  clock: Clock
  random: () => number
  log: Log
  namespace?: string
  /** What other shards' namespaces hold is not kept. */
  shard?: Shard
  /** Nothing is listed before this resolves. */
  after: Promise<void>
  /** Told which Rollout a change concerns, as namespace/name. */
  onChange(key: string, initial: boolean): void
  /** Told which AnalysisRun a change concerns, as namespace/name. */
  onAnalysis(key: string, initial: boolean): void
}

/** Lists and watches until stopped. */
export function openCaches(options: CacheOptions): Caches {
  const { transport, discovery, clock, random, log, namespace, shard, after, onChange, onAnalysis } = options
  const types = typeTable()
  const reflectors: Reflector[] = []
  let stopped = false
  const stores = new Map<string, Store>()
  const scope = namespace === undefined ? {} : { namespace }
  const wanted = shard && (({ metadata }: KubeObject) => metadata.namespace === undefined || inShard(metadata.namespace, shard))

  const open = (
    type: ResourceType,
    of: {
      labelSelector?: string
      slim?: (object: KubeObject) => KubeObject
      indexes?: Parameters<typeof createStore>[0] extends infer O ? (NonNullable<O> extends { indexes?: infer I } ? I : never) : never
    },
    concerns: (object: KubeObject) => string[],
  ): Store => {
    const store = createStore({ ...(type.namespaced ? scope : {}), ...of, log })
    store.onChange((change) => {
      for (const key of new Set(told(change, concerns))) onChange(key, change.initial)
    })
    void after.then(() => {
      if (!stopped) reflectors.push(reflect({ transport, type, store, clock, random, log, ...(wanted ? { wanted } : {}) }))
    })
    stores.set(type.kind, store)
    return store
  }
  const known = (apiVersion: string, kind: string): ResourceType => {
    const type = types.find(apiVersion, kind)
    if (!type) throw new Error(`no such kind in the table: ${apiVersion} ${kind}`)
    return type
  }
  const byLabel = (label: string) => (object: KubeObject) => {
    const name = object.metadata.labels?.[label]
    return name === undefined ? [] : [`${object.metadata.namespace}/${name}`]
  }

  const rollouts = open(
    known('serin.dev/v1alpha1', 'Rollout'),
    { indexes: { [workloadIndex]: workloadOf } },
    // A second Rollout on a workload concerns the first one too, and the other way round.
    (object) => [keyOf(object), ...workloadOf(object).flatMap((at) => stores.get('Rollout')?.byIndex(workloadIndex, at).map(keyOf) ?? [])],
  )
  const commands = open(known('serin.dev/v1alpha1', 'RolloutCommand'), { indexes: { [rolloutIndex]: commandOf } }, commandOf)
  const workloads = open(
    known('apps/v1', 'Deployment'),
    { labelSelector: managedLabel, indexes: { [rolloutIndex]: byLabel(managedLabel) } },
    byLabel(managedLabel),
  )
  const labelled = { indexes: { [rolloutIndex]: byLabel(rolloutLabel) } }
  const sets = open(known('apps/v1', 'ReplicaSet'), { labelSelector: rolloutLabel, ...labelled }, byLabel(rolloutLabel))
  const services = open(known('v1', 'Service'), { labelSelector: runLabel, ...labelled }, byLabel(rolloutLabel))
  const slices = open(
    known('discovery.k8s.io/v1', 'EndpointSlice'),
    { labelSelector: runLabel, indexes: { [serviceIndex]: serviceOf } },
    byLabel(rolloutLabel),
  )

  const analyses = open(known(ours, 'AnalysisRun'), { ...labelled, slim: withoutOldRecord }, byLabel(rolloutLabel))
  analyses.onChange(({ object, initial }) => onAnalysis(keyOf(object), initial))
  // When its analyses begin and end is what the Rollout's run says.
  rollouts.onChange(({ object, old, initial }) => {
    if (!initial && (runOf(object) || (old && runOf(old))))
      for (const run of analyses.byIndex(rolloutIndex, keyOf(object))) onAnalysis(keyOf(run), initial)
  })
  const silent = () => []
  const templates = {
    Namespace: open(known(ours, 'AnalysisTemplate'), {}, silent),
    Cluster: open(known(ours, 'ClusterAnalysisTemplate'), {}, silent),
  }
  const sources = {
    Namespace: open(known(ours, 'MetricSource'), {}, silent),
    Cluster: open(known(ours, 'ClusterMetricSource'), {}, silent),
  }
  const notifiers = {
    Namespace: open(known(ours, 'Notifier'), {}, silent),
    Cluster: open(known(ours, 'ClusterNotifier'), {}, silent),
  }
  const notifications = open(known(ours, 'Notification'), { indexes: notificationIndexes }, silent)

  const routes = new Map<string, { store: Store; type: ResourceType }>()
  const ownKinds = [rollouts, commands, analyses, templates.Namespace, templates.Cluster, sources.Namespace, sources.Cluster]
  const news = [notifiers.Namespace, notifiers.Cluster, notifications]
  const all = [...ownKinds, ...news, workloads, sets, services, slices]
  return {
    rollouts,
    commands,
    analyses,
    templates,
    sources,
    notifiers,
    notifications,
    workloads,
    sets,
    services,
    slices,
    async routes(kind) {
      const open_ = routes.get(kind)
      if (open_) return open_
      if (!routers.some((router) => router.kind === kind)) return undefined
      const type = await discovery.newest(gatewayGroup, kind)
      if (!type) {
        discovery.forget()
        return undefined
      }
      const again = routes.get(kind)
      if (again) return again
      const opened = { store: open(type, { labelSelector: runLabel, ...labelled }, byLabel(rolloutLabel)), type }
      routes.set(kind, opened)
      await opened.store.synced()
      return opened
    },
    storeOf: (kind) => stores.get(kind),
    synced: async () => {
      await Promise.all(all.map((store) => store.synced()))
    },
    stop: async () => {
      stopped = true
      await Promise.all(reflectors.map((reflector) => reflector.stop()))
    },
  }
}

function told(change: Change<KubeObject>, concerns: (object: KubeObject) => string[]): string[] {
  return [...concerns(change.object), ...(change.old ? concerns(change.old) : [])]
}

export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** The record of an analysis that is over is for people: they read it from the API server. */
function withoutOldRecord(object: KubeObject): KubeObject {
  const { endedAt, record, ...status } = (object.status ?? {}) as { endedAt?: string; record?: string }
  return endedAt === undefined || record === undefined ? object : { ...object, status: { ...status, endedAt } }
}

const runOf = ({ status }: KubeObject): unknown => (status as { run?: unknown } | undefined)?.run

function workloadOf(object: KubeObject): string[] {
  const workload = (object.spec as { workload?: { kind?: string; name?: string } } | undefined)?.workload
  return workload?.name === undefined ? [] : [`${object.metadata.namespace}/${workload.kind ?? 'Deployment'}/${workload.name}`]
}

function commandOf(object: KubeObject): string[] {
  const rollout = (object.spec as { rollout?: string } | undefined)?.rollout
  return rollout === undefined ? [] : [`${object.metadata.namespace}/${rollout}`]
}

function serviceOf(object: KubeObject): string[] {
  const service = object.metadata.labels?.['kubernetes.io/service-name']
  return service === undefined ? [] : [`${object.metadata.namespace}/${service}`]
}
