import { apiVersion } from '../../api/rollout.ts'
import type { Cluster } from '../cluster.ts'
import { readRollouts } from '../read.ts'

export interface Word {
  word: string
  about?: string
}

export async function rolloutNames(cluster: Cluster, namespace: string): Promise<Word[]> {
  const rollouts = await readRollouts(cluster, namespace)
  return rollouts.map(({ metadata, status }) => ({ word: metadata.name, ...(status ? { about: status.phase } : {}) }))
}

/** Names of AnalysisRuns, with their phase, behind a prefix. */
export async function analysisNames({ client }: Cluster, namespace: string, prefix = ''): Promise<Word[]> {
  const found = await client.list({ apiVersion, kind: 'AnalysisRun' }, { namespace })
  return found.map(({ metadata, status }) => {
    const { phase } = (status ?? {}) as { phase?: string }
    return { word: `${prefix}${metadata.name}`, ...(phase === undefined ? {} : { about: phase }) }
  })
}

/** Templates of the namespace, and those of the cluster as `cluster/NAME`; what may not be listed is left out. */
export async function templateNames({ client }: Cluster, namespace: string): Promise<Word[]> {
  const [own, shared] = await Promise.all([
    client.list({ apiVersion, kind: 'AnalysisTemplate' }, { namespace }).catch(() => []),
    client.list({ apiVersion, kind: 'ClusterAnalysisTemplate' }).catch(() => []),
  ])
  return [...own.map(({ metadata }) => ({ word: metadata.name })), ...shared.map(({ metadata }) => ({ word: `cluster/${metadata.name}` }))]
}

/** Newest ReplicaSets first, as `rs/NAME`. */
export async function setNames({ client }: Cluster, namespace: string): Promise<Word[]> {
  const found = await client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace })
  const made = ({ metadata }: (typeof found)[number]) => metadata.creationTimestamp ?? ''
  return found.sort((a, b) => (made(a) < made(b) ? 1 : -1)).map(({ metadata }) => ({ word: `rs/${metadata.name}` }))
}

/** Numbers of the runs of a Rollout that are on record, newest first. */
export async function runNumbers(cluster: Cluster, namespace: string, name: string): Promise<Word[]> {
  const rollout = (await readRollouts(cluster, namespace)).find(({ metadata }) => metadata.name === name)
  const { run, history = [] } = rollout?.status ?? {}
  return [
    ...(run ? [{ word: String(run.id), about: 'under way' }] : []),
    ...history.map(({ id, result }) => ({ word: String(id), about: result })),
  ]
}
