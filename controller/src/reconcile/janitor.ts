import type { AnalysisRunSpec, AnalysisRunStatus } from '../api/analysisRun.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../kube/log.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import type { Gate } from '../rollout/observed.ts'
import { type Caches, keyOf } from './caches.ts'

/** How long an answered command stays as the audit trail. */
const keptMs = 30 * 24 * 3_600_000

interface Room {
  client: KubeClient
  caches: Caches
  clock: Clock
  log: Log
  gateOf(namespace: string): Promise<Gate>
}

/** In namespaces that another release looks after, clearing is its business. */
const ours = async ({ metadata }: KubeObject, { gateOf }: Room): Promise<boolean> =>
  typeof (await gateOf(metadata.namespace ?? '')) !== 'object'

/** Deletes the analyses of runs that have left the history of their Rollout, and those made by hand that ended more than 30 days ago. */
export async function clearAnalyses(room: Room): Promise<void> {
  const { client, caches, clock, log } = room
  for (const run of caches.analyses.list()) {
    const { metadata } = run
    const spec = run.spec as Pick<AnalysisRunSpec, 'for'>
    const status = run.status as AnalysisRunStatus | undefined
    if (status?.endedAt === undefined) continue
    const rollout = spec.for && caches.rollouts.get({ namespace: metadata.namespace ?? '', name: spec.for.rollout })
    const { lastRun = 0, history = [] } = (rollout?.status ?? {}) as { lastRun?: number; history?: { id: number }[] }
    const limit = (rollout?.spec as { historyLimit?: number } | undefined)?.historyLimit ?? 10
    const old = clock.now() - Date.parse(status.endedAt) >= keptMs
    const gone = spec.for ? spec.for.run <= lastRun - limit && !history.some(({ id }) => id === spec.for?.run) : old
    if (!gone) continue
    try {
      if (!(await ours(run, room))) continue
      const ref = { apiVersion: run.apiVersion, kind: run.kind, namespace: metadata.namespace ?? '', name: metadata.name }
      await client.delete(ref, { uid: metadata.uid ?? '', propagation: 'Background' })
    } catch (error) {
      log.warn({ err: error, analysis: keyOf(run) }, 'an old analysis could not be deleted')
    }
  }
}

/** Deletes commands that were answered more than 30 days ago. What fails is tried the next time round. */
export async function clearCommands(room: Room): Promise<void> {
  const { client, caches, clock, log } = room
  for (const command of caches.commands.list()) {
    const { phase, at } = (command.status ?? {}) as { phase?: string; at?: string }
    if (phase === undefined || phase === 'Pending' || at === undefined || clock.now() - Date.parse(at) < keptMs) continue
    const { namespace = '', name, uid = '' } = command.metadata
    try {
      if (!(await ours(command, room))) continue
      await client.delete({ apiVersion: command.apiVersion, kind: command.kind, namespace, name }, { uid })
    } catch (error) {
      log.warn({ err: error, command: `${namespace}/${name}` }, 'an old command could not be deleted')
    }
  }
}
