import { systemClock } from '../clock.ts'
import { kubeClient } from '../kube/client.ts'
import { silentLog } from '../kube/log.ts'
import type { Transport } from '../kube/types.ts'
import { createApp } from './app.ts'
import type { Releases } from './parts.ts'

/** The description of the whole API. It is made from the routes alone: nothing is asked of a cluster. */
export async function openApiOf(): Promise<unknown> {
  const transport: Transport = {
    send: () => Promise.reject(new Error('there is no cluster')),
    close: async () => {},
  }
  const releases: Releases = {
    get: () => undefined,
    all: () => [],
    synced: async () => {},
    isSynced: () => false,
    onChange: () => () => {},
    stop: async () => {},
  }
  const client = kubeClient(transport, { fieldManager: 'serin' })
  const app = createApp({
    client,
    transport,
    releases,
    authority: { may: async () => ({ allowed: false }), as: () => client },
    clock: systemClock,
    log: silentLog,
    options: { installation: '', teamLabel: '', readOnly: true },
  })
  await app.ready()
  try {
    return JSON.parse(JSON.stringify(app.swagger()))
  } finally {
    await app.close()
  }
}
