import type { Clock } from '../../clock.ts'
import { type VirtualClock, virtualClock } from '../../kube/testing/virtualClock.ts'
import type { KubeObject } from '../../kube/types.ts'
import { addressPolicy } from '../addresses.ts'
import { openSources } from '../openSources.ts'
import type { SourceState } from '../sourceClient.ts'
import type { SourceObserver } from '../sourceMetrics.ts'
import type { SourceClient, Sources } from '../sources.ts'
import { undiciTransport } from '../undiciTransport.ts'

export interface TestSources {
  readonly sources: Sources
  readonly clock: VirtualClock
  readonly states: (SourceState & { source: string })[]
  /** Secrets that were read, as namespace/name. */
  readonly reads: string[]
  /** Puts an object there, in place of one of that name; gives it. */
  put(kind: 'MetricSource' | 'ClusterMetricSource', name: string, spec: Record<string, unknown>): KubeObject
  remove(object: KubeObject): void
  /** Puts a Secret there. */
  putSecret(namespace: string, name: string, values: Record<string, string>): void
  /** The source of that reference; throws when there is none. */
  client(ref?: { name: string; scope?: 'Namespace' | 'Cluster' }): Promise<SourceClient>
  close(): Promise<void>
}

/** Sources over the real transport, that may reach loopback; MetricSources are in namespace "shop", the system's is "serin-system". For tests only. */
export function testSources(options: { clock?: VirtualClock; transportClock?: Clock; observer?: SourceObserver } = {}): TestSources {
  const clock = options.clock ?? virtualClock()
  const objects = new Map<string, KubeObject>()
  const states: TestSources['states'] = []
  const reads: string[] = []
  let version = 0
  const transport = undiciTransport({ policy: addressPolicy({ allow: ['127.0.0.0/8'] }), clock: options.transportClock ?? clock })
  const key = (kind: string, namespace: string | undefined, name: string) => `${kind} ${namespace ?? ''}/${name}`
  const add = (object: KubeObject) => {
    objects.set(key(object.kind, object.metadata.namespace, object.metadata.name), object)
    return object
  }
  const sources = openSources({
    find: (kind, namespace, name) => objects.get(key(kind, namespace, name)),
    async secret(namespace, name) {
      reads.push(`${namespace}/${name}`)
      return objects.get(key('Secret', namespace, name))
    },
    transport,
    clock,
    systemNamespace: 'serin-system',
    onState: (object, state) => void states.push({ source: object.metadata.name, ...state }),
    ...(options.observer ? { observer: options.observer } : {}),
  })
  return {
    sources,
    clock,
    states,
    reads,
    put: (kind, name, spec) =>
      add({
        apiVersion: 'serin.dev/v1alpha1',
        kind,
        metadata: { name, uid: `uid-${name}`, resourceVersion: `${++version}`, ...(kind === 'MetricSource' ? { namespace: 'shop' } : {}) },
        spec,
      }),
    remove: (object) => void objects.delete(key(object.kind, object.metadata.namespace, object.metadata.name)),
    putSecret: (namespace, name, values) =>
      void add({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace },
        data: Object.fromEntries(Object.entries(values).map(([field, value]) => [field, Buffer.from(value).toString('base64')])),
      }),
    async client(ref) {
      const found = await sources.find(ref && { scope: 'Namespace', ...ref }, 'shop')
      if ('missing' in found) throw new Error(found.missing)
      return found
    },
    close: () => transport.close(),
  }
}
