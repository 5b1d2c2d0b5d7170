import { apiVersion } from '../../api/rollout.ts'
import { KubeError } from '../../kube/errors.ts'
import type { KubeObject } from '../../kube/types.ts'
import { exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { notServed } from '../kubeErrors.ts'
import { lines, print } from '../output.ts'
import { sourcesView } from '../render/sources.ts'
import { type Call, format, isSet, namespace, type Verb } from '../verb.ts'

export const sources: Verb = {
  name: 'sources',
  about: 'show where metrics come from, and whether those sources answer',
  scope: 'list',
  flags: [],
  help: [
    'MetricSources of the namespace (of all with -A), and every ClusterMetricSource.',
    'Unused: no analysis has asked it yet. Failing: the last requests failed. Down: it is not asked for a while, and runs that need it wait.',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const as = format(call)
    const where = isSet(call, 'allNamespaces') ? undefined : await namespace(call)
    const found = [...(await listed(call, 'MetricSource', where)), ...(await listed(call, 'ClusterMetricSource', undefined))]
    if (as !== 'table') print(io, as, { apiVersion: 'v1', kind: 'List', items: found })
    else if (found.length > 0) lines(io, sourcesView(lookOf(io), found, io.clock.now()))
    else
      io.err(
        `There are no ClusterMetricSources, and no MetricSources${where === undefined ? '' : ` in namespace ${where}`}. Write one named default: {prometheus: {url: http://prometheus.monitoring:9090}}.\n`,
      )
    return exit.ok
  },
}

/** Whoever may see only their own namespace still sees that. */
async function listed(call: Call, kind: 'MetricSource' | 'ClusterMetricSource', where: string | undefined): Promise<KubeObject[]> {
  const { client, server } = await call.cluster()
  try {
    const found = await client.list({ apiVersion, kind }, where === undefined ? {} : { namespace: where })
    const key = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`
    return found.sort((a, b) => (key(a) < key(b) ? -1 : 1))
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    if (error.notFound) throw notServed(server)
    if (error.status !== 403 || kind === 'MetricSource') throw error
    call.io.err('note: you may not list clustermetricsources.serin.dev: those are left out\n')
    return []
  }
}
