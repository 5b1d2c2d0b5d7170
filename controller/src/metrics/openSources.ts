import { type MetricSourceSpec, MetricSourceSpec as SpecSchema, sourceKindOf } from '../api/metricSource.ts'
import type { Clock } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import { answerCache } from './answerCache.ts'
import { providerOf } from './registry.ts'
import { secretCache } from './secrets.ts'
import { type SourceState, sourceClient } from './sourceClient.ts'
import type { SourceObserver } from './sourceMetrics.ts'
import type { SourceClient, Sources } from './sources.ts'
import type { SourceTransport } from './transport.ts'

export type SourceObjectKind = 'MetricSource' | 'ClusterMetricSource'

export interface OpenSourcesOptions {
  /** The object as the cache knows it; `namespace` is undefined for a ClusterMetricSource. */
  find(kind: SourceObjectKind, namespace: string | undefined, name: string): KubeObject | undefined
  /** Reads a Secret; undefined: there is none. */
  secret(namespace: string, name: string): Promise<KubeObject | undefined>
  readonly transport: SourceTransport
  readonly clock: Clock
  readonly observer?: SourceObserver
  /** Where the Secrets of ClusterMetricSources are. */
  readonly systemNamespace: string
  /** Told when the state or message of a source changes. `object`: as it was when it was first used. */
  readonly onState?: (object: KubeObject, state: SourceState) => void
}

interface Entry {
  readonly kind: SourceObjectKind
  readonly namespace: string | undefined
  readonly objectName: string
  readonly uid: string | undefined
  readonly specText: string
  readonly client: SourceClient
  end(): void
}

const lookEveryMs = 60_000

/**
 * The sources of the cluster. A client lives as long as its object and the object's spec: status and labels may change without losing what is known of
 * the source. A MetricSource reads Secrets of its own namespace only, a ClusterMetricSource those of the system namespace only.
 */
export function openSources(options: OpenSourcesOptions): Sources {
  const { find, clock, systemNamespace, observer } = options
  const secrets = secretCache(options.secret, clock)
  const cache = answerCache(clock)
  const entries = new Map<string, Entry>()
  let made = 0
  let looked = clock.now()

  const open = (object: KubeObject, namespace: string | undefined, spec: MetricSourceSpec, name: string): Pick<Entry, 'client' | 'end'> => {
    const from = namespace ?? systemNamespace
    const used = new Set<string>()
    // What still runs when the source is gone is told to nobody.
    let live = true
    const client = sourceClient({
      id: `${++made}`,
      name,
      spec,
      provider: providerOf(sourceKindOf(spec)),
      reach: namespace === undefined ? 'platform' : 'tenant',
      secrets: {
        value(ref) {
          used.add(ref.name)
          return secrets.value(from, ref)
        },
        forget: () => secrets.forget(from, used),
      },
      transport: options.transport,
      clock,
      cache,
      observer: observer && whileLive(observer, () => live),
      onState: (state) => live && options.onState?.(object, state),
    })
    const end = () => {
      live = false
      observer?.gone(name)
    }
    return { client, end }
  }
  const drop = (key: string, entry: Entry) => {
    entries.delete(key)
    entry.end()
  }
  // Objects that nobody asks for any more once they are gone.
  const dropGone = () => {
    if (Math.abs(clock.now() - looked) < lookEveryMs) return
    looked = clock.now()
    for (const [key, entry] of entries) if (!find(entry.kind, entry.namespace, entry.objectName)) drop(key, entry)
  }
  const clientOf = (
    kind: SourceObjectKind,
    namespace: string | undefined,
    objectName: string,
  ): SourceClient | { missing: string } | undefined => {
    const key = `${kind} ${namespace ?? ''}/${objectName}`
    const object = find(kind, namespace, objectName)
    const known = entries.get(key)
    if (!object) {
      if (known) drop(key, known)
      return undefined
    }
    const { uid } = object.metadata
    const specText = JSON.stringify(object.spec)
    if (known && known.uid === uid && known.specText === specText) return known.client
    if (known) drop(key, known)
    const name = namespace === undefined ? `${kind} ${objectName}` : `${kind} ${namespace}/${objectName}`
    const parsed = SpecSchema.safeParse(object.spec)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return { missing: `${name} is not valid at spec.${issue?.path.join('.') ?? ''}: apply it again, or look at it with serin lint` }
    }
    const opened = open(object, namespace, parsed.data, name)
    entries.set(key, { kind, namespace, objectName, uid, specText, ...opened })
    return opened.client
  }
  return {
    async find(ref, namespace) {
      dropGone()
      if (ref?.scope === 'Cluster') return clientOf('ClusterMetricSource', undefined, ref.name) ?? { missing: missingCluster(ref.name) }
      if (ref)
        return (
          clientOf('MetricSource', namespace, ref.name) ?? {
            missing: missingOwn(ref.name, namespace, find('ClusterMetricSource', undefined, ref.name) !== undefined),
          }
        )
      return (
        clientOf('MetricSource', namespace, 'default') ??
        clientOf('ClusterMetricSource', undefined, 'default') ?? { missing: missingDefault(namespace) }
      )
    },
  }
}

function whileLive(observer: SourceObserver, live: () => boolean): SourceObserver {
  return {
    done: (...report) => void (live() && observer.done(...report)),
    inFlight: (...report) => void (live() && observer.inFlight(...report)),
    breaker: (...report) => void (live() && observer.breaker(...report)),
    gone: (source) => observer.gone(source),
  }
}

const missingCluster = (name: string) => `there is no ClusterMetricSource ${name}: create it, or name another source in the metric`

const missingOwn = (name: string, namespace: string, clusterHasIt: boolean) =>
  clusterHasIt
    ? `there is no MetricSource ${name} in namespace ${namespace}, but a ClusterMetricSource of that name: write scope: Cluster beside its name in the metric's source`
    : `there is no MetricSource ${name} in namespace ${namespace}: create it there, or name another source in the metric`

const missingDefault = (namespace: string) =>
  `the metric names no source, and there is neither a MetricSource default in namespace ${namespace} nor a ClusterMetricSource default: create one, for example with spec.prometheus.url, or name a source in the metric`
