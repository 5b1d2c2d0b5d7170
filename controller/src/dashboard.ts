// What the dashboard is made of, wherever it runs: in a pod, by `serin dashboard` on a laptop, in the demo.
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { z } from 'zod'
import type { Clock } from './clock.ts'
import type { Address } from './flagValues.ts'
import { kubeClient } from './kube/client.ts'
import type { Log } from './kube/log.ts'
import type { Transport } from './kube/types.ts'
import { createApp } from './server/app.ts'
import { createAuthority } from './server/authority/authority.ts'
import { oneTimeCodes } from './server/login/codes.ts'
import { LoginOptions, whomOf } from './server/login/options.ts'
import type { DemoParts, Options } from './server/parts.ts'
import { serverMetrics } from './server/plumbing/metrics.ts'
import { followReleases } from './server/read/releases.ts'

export { pageFolder } from './page.ts'

export interface DashboardOptions {
  /** With the credentials of who runs it. */
  transport: Transport
  /** To the same cluster with no credentials. Left out on a laptop, where nobody else has any. */
  bare?: Transport
  clock: Clock
  /** Between 0 and 1; for jitter only. */
  random: () => number
  log: Log
  listen: Address
  /** What is left out has its default. */
  login: z.input<typeof LoginOptions>
  options: Options
  demo?: DemoParts
}

export interface Dashboard {
  /** Where it listens. */
  url: string
  registry: Registry
  /** A link that logs in once, where the kubeconfig's own identity may. */
  link(): string
  /** Why it cannot answer yet, or undefined. */
  notReady(): string | undefined
  /** Ends open pages, and lets requests finish, so many milliseconds at most; then ends everything. */
  close(patienceMs: number): Promise<void>
}

/** Follows the cluster and serves page and API. Resolves when it listens, which is before it knows every release. */
export async function startDashboard(given: DashboardOptions): Promise<Dashboard> {
  const { transport, bare = noTransport, clock, random, log, listen, options, demo } = given
  const login = LoginOptions.parse(given.login)
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const codes = oneTimeCodes(clock)
  const releases = followReleases({
    transport,
    clock,
    random,
    log,
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    teamLabel: options.teamLabel,
  })
  const app = createApp({
    client: kubeClient(transport, { fieldManager: 'serin-dashboard' }),
    transport,
    releases,
    authority: createAuthority({
      transport,
      bare,
      clock,
      readOnly: options.readOnly,
      impersonate: whomOf(login),
      ourselves: login.kubeconfig,
    }),
    clock,
    log,
    options,
    metrics: serverMetrics({ registry, releases }),
    login: { options: login, bare, codes },
    ...(demo ? { demo } : {}),
  })
  try {
    await app.listen(listen)
  } catch (error) {
    await Promise.all([app.close(), releases.stop()])
    throw error
  }
  const { port } = app.server.address() as { port: number }
  const url = `${options.tls ? 'https' : 'http'}://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`
  return {
    url,
    registry,
    link: () => `${url}/api/v1/login/kubeconfig?code=${codes.next()}`,
    notReady: () => (releases.isSynced() ? undefined : 'the first list of Rollouts is not there yet'),
    async close(patienceMs) {
      const timer = setTimeout(() => app.server.closeAllConnections(), patienceMs)
      await app.close()
      clearTimeout(timer)
      await releases.stop()
    },
  }
}

/** The same on that port, or on any free one where something else has it. */
export async function startOnFreePort(given: DashboardOptions): Promise<Dashboard> {
  try {
    return await startDashboard(given)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    return startDashboard({ ...given, listen: { ...given.listen, port: 0 } })
  }
}

/** On a laptop nobody has a token of his own. */
const noTransport: Transport = {
  send: async () => {
    throw new Error('this dashboard knows no way to the cluster but that of its own')
  },
  close: async () => {},
}
