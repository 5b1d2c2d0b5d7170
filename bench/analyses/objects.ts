import type { AnalysisRunSpecInput } from '../../controller/src/api/analysisRun.ts'
import { type ApiClient, apply, type Json, succeed } from '../../test/cluster/apiClient.ts'
import { inParallel, placeOf } from '../control/plane.ts'
import type { Options } from './options.ts'

const apiVersion = 'serin.dev/v1alpha1'
const base = `/apis/${apiVersion}`

const source = { name: 'bench', scope: 'Cluster' } as const

/** After the end of an interval its data are there. */
export const lagMs = 2_000

/** Two ratios, one histogram of 11 buckets, one gauge: six queries. */
function metrics(): AnalysisRunSpecInput['metrics'] {
  const pods = 'app="{{args.app}}",pod=~"{{arm.pods}}"'
  const ratio = (name: string, counter: string) => ({
    name,
    source,
    ratio: { bad: `${counter}{${pods},code=~"5.."}`, total: `${counter}{${pods}}` },
  })
  return [
    ratio('errors', 'http_requests_total'),
    ratio('calls', 'rpc_calls_total'),
    { name: 'latency', source, histogram: { query: `http_request_duration_seconds_bucket{${pods}}` } },
    { name: 'memory', source, gauge: { query: `container_memory_working_set_bytes{${pods}}` } },
  ]
}

/** Two pods against eight, far from any end. */
function spec({ interval, history }: Options, n: number): AnalysisRunSpecInput {
  return {
    metrics: metrics(),
    args: { app: `app-${n}` },
    arms: { canary: { pods: 'shop-new-[0-9]+' }, baseline: { pods: 'shop-old-[0-9]+' } },
    interval: `${interval}s`,
    bake: '23h',
    deadline: '24h',
    history,
    canaryPods: 2,
  }
}

/** The one source of all, as a platform team would make it. */
export async function makeSource(client: ApiClient, url: string): Promise<void> {
  const object: Json = {
    apiVersion,
    kind: 'ClusterMetricSource',
    metadata: { name: source.name },
    spec: { prometheus: { url }, lag: `${lagMs / 1000}s` },
  }
  await apply(client, `${base}/clustermetricsources/${source.name}`, object)
}

/** Made by hand: no Rollout stands behind them. */
export async function makeAnalyses(client: ApiClient, options: Options): Promise<void> {
  for (const namespace of namespacesOf(options))
    await apply(client, `/api/v1/namespaces/${namespace}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await inParallel(options.analyses, 10, async (n) => {
    const { namespace, name } = placeOf(n)
    const body = { apiVersion, kind: 'AnalysisRun', metadata: { name, namespace }, spec: spec(options, n) }
    await succeed(client, { method: 'POST', path: `${base}/namespaces/${namespace}/analysisruns`, body })
  })
}

/** Takes away what was made, for a cluster that stays. */
export async function removeAll(client: ApiClient, options: Options): Promise<void> {
  for (const namespace of namespacesOf(options)) await client.send({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
  await client.send({ method: 'DELETE', path: `${base}/clustermetricsources/${source.name}` })
}

const namespacesOf = ({ analyses }: Options): string[] => Array.from({ length: Math.min(20, analyses) }, (_, n) => placeOf(n).namespace)
