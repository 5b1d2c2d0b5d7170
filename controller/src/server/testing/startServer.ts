import { type Clock, systemClock } from '../../clock.ts'
import { kubeClient } from '../../kube/client.ts'
import type { Log } from '../../kube/log.ts'
import { silentLog } from '../../kube/log.ts'
import type { Transport } from '../../kube/types.ts'
import { createApp } from '../app.ts'
import type { Attributes, Caller, Options, Parts, Person, Releases } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { followReleases } from '../read/releases.ts'

export interface ServerOptions {
  transport: Transport
  clock?: Clock
  log?: Log
  /** Who may do what. Default: everybody may do everything. */
  may?: (person: Person, wanted: Attributes) => boolean
  options?: Partial<Options>
  metrics?: (releases: Releases) => NonNullable<Parts['metrics']>
  sessionMs?: number
}

/** A server that listens, and knows people by the header `x-test-user` alone: logins have tests of their own. */
export async function startServer({
  transport,
  clock = systemClock,
  log = silentLog,
  may = () => true,
  options,
  metrics,
  sessionMs,
}: ServerOptions) {
  const releases = followReleases({ transport, clock, random: Math.random, teamLabel: 'team' })
  const asked: Attributes[] = []
  const client = kubeClient(transport, { fieldManager: 'serin-dashboard' })
  const parts: Parts = {
    client,
    transport,
    releases,
    authority: {
      may: async (person, wanted) => {
        asked.push(wanted)
        return { allowed: may(person, wanted) }
      },
      as: () => client,
    },
    clock,
    log,
    options: { installation: 'test', teamLabel: 'team', readOnly: false, ...options },
    ...(metrics ? { metrics: metrics(releases) } : {}),
  }
  const app = createApp(parts)
  app.addHook('onRequest', async (request) => {
    const username = request.headers['x-test-user']
    if (typeof username !== 'string' || username === '') return
    if (username === 'refused') throw new Refusal('SERIN-401-LOGIN', 'Not you.')
    const caller: Caller = { person: { username, groups: [] }, credentials: { by: 'own' }, method: 'demo', csrf: '' }
    request.caller = sessionMs === undefined ? caller : { ...caller, expiresAt: clock.now() + sessionMs }
  })
  await releases.synced()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    url,
    releases,
    /** What the authority was asked. */
    asked,
    get: (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers: { 'x-test-user': 'anna', ...headers } }),
    async stop() {
      await app.close()
      await releases.stop()
    },
  }
}
