import { MetricSourceStatus, sourceKinds } from '../../api/metricSource.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { SourceItem } from '../dto/measuring.ts'

const health: Readonly<Record<MetricSourceStatus['state'], SourceItem['health']>> = {
  Unused: 'Unknown',
  Ready: 'Up',
  Failing: 'Down',
  Down: 'Down',
}

/** A source and how it does. Of its address only the host: user, path and query may hold what is secret. Takes any object. */
function sourceItem({ kind, metadata, spec, status }: KubeObject): SourceItem {
  const type = sourceKinds.find((one) => Object.hasOwn((spec ?? {}) as object, one)) ?? 'unknown'
  const address = hostOf((spec as Record<string, { url?: unknown; site?: unknown } | undefined> | undefined)?.[type])
  const { data } = MetricSourceStatus.safeParse(status)
  return {
    scope: kind === 'ClusterMetricSource' ? 'Cluster' : 'Namespace',
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    type,
    ...(address === undefined ? {} : { address }),
    health: data ? health[data.state] : 'Unknown',
    because: data?.message || 'No analysis has asked it yet.',
    ...(data ? { since: data.since } : {}),
    ...(data?.lastAnswer === undefined ? {} : { lastAnswerAt: data.lastAnswer }),
  }
}

function hostOf(own: { url?: unknown; site?: unknown } | undefined): string | undefined {
  if (typeof own?.url !== 'string') return typeof own?.site === 'string' && /^[a-z0-9.-]+$/i.test(own.site) ? own.site : undefined
  const url = URL.canParse(own.url) ? new URL(own.url) : undefined
  return url?.host === '' ? undefined : url?.host
}

const order: readonly SourceItem['health'][] = ['Down', 'Up', 'Unknown']

/** Those that do not answer first. */
export function sourceItems(objects: readonly KubeObject[]): SourceItem[] {
  const key = ({ namespace = '', name }: SourceItem) => `${namespace}/${name}`
  return objects.map(sourceItem).sort((a, b) => order.indexOf(a.health) - order.indexOf(b.health) || (key(a) < key(b) ? -1 : 1))
}
