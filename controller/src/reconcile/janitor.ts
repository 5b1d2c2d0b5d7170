import type { Clock } from '../clock.ts'
import type { Log } from '../kube/log.ts'
import type { KubeClient } from '../kube/types.ts'
import type { Caches } from './caches.ts'

/** How long an answered command stays as the audit trail. */
const keptMs = 30 * 24 * 3_600_000

/** Deletes commands that were answered more than 30 days ago. What fails is tried the next time round. */
export async function clearCommands({
  client,
  caches,
  clock,
  log,
}: {
  client: KubeClient
  caches: Caches
  clock: Clock
  log: Log
}): Promise<void> {
  for (const command of caches.commands.list()) {
    const { phase, at } = (command.status ?? {}) as { phase?: string; at?: string }
    if (phase === undefined || phase === 'Pending' || at === undefined || clock.now() - Date.parse(at) < keptMs) continue
    const { namespace = '', name, uid = '' } = command.metadata
    try {
      await client.delete({ apiVersion: command.apiVersion, kind: command.kind, namespace, name }, { uid })
    } catch (error) {
      log.warn({ err: error, command: `${namespace}/${name}` }, 'an old command could not be deleted')
    }
  }
}
