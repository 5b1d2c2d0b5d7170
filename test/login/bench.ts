import { dashboardImpersonation } from '../../controller/src/api/rights.ts'
import type { Clock } from '../../controller/src/clock.ts'
import { kubeClient } from '../../controller/src/kube/client.ts'
import type { Log } from '../../controller/src/kube/log.ts'
import type { HttpRequest, Transport } from '../../controller/src/kube/types.ts'
import type { Access } from '../../controller/src/server/access.ts'
import { type App, createApp } from '../../controller/src/server/app.ts'
import { createAuthority } from '../../controller/src/server/authority/authority.ts'
import { oneTimeCodes } from '../../controller/src/server/login/codes.ts'
import { LoginOptions, whomOf } from '../../controller/src/server/login/options.ts'
import type { Options, Parts } from '../../controller/src/server/parts.ts'
import { followReleases } from '../../controller/src/server/read/releases.ts'
import { createSandbox, type Sandbox } from '../../sandbox/src/sandbox.ts'
import { definitions, installation } from '../dsl/install.ts'
import { people, rightsOfPeople, server, tokenOf } from './people.ts'

export const origin = 'https://serin.example.org'

/** The server of the dashboard in front of an embedded cluster, and everything that it said and asked. */
export interface Bench {
  app: App
  parts: Parts
  sandbox: Sandbox
  /** Requests to the API server, of the server itself and with no credentials of its own. */
  asked: { by: 'the server' | 'nobody'; request: HttpRequest }[]
  /** Everything that was logged, as text. */
  said: string[]
  codes: ReturnType<typeof oneTimeCodes>
  /** Every route of the server, as it declares itself. */
  routes: Route[]
  /** Lets time pass for sessions; nothing waits. */
  pass(seconds: number): void
  stop(): Promise<void>
}

export interface Route {
  method: string
  url: string
  access: Access | undefined
}

export interface BenchOptions {
  login?: Partial<Record<keyof LoginOptions, unknown>>
  server?: Partial<Options>
  /** For whom RBAC lets the server act. Default: all people but `stranger`. */
  actsFor?: { users: string[]; groups: string[] }
  ourselves?: boolean
  /** Wraps the way to the API server that has no credentials of ours. */
  bare?: (transport: Transport) => Transport
}

const { stranger: _, ...known } = people
const everybody = {
  users: Object.values(known).map(({ username }) => username as string),
  groups: Object.values(known).flatMap(({ groups }) => [...groups] as string[]),
}

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  let shift = 0
  const clock: Clock = {
    now: () => Date.now() + shift,
    after(ms, fn) {
      const timer = setTimeout(fn, ms)
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
  const account = { username: server.username, groups: ['system:serviceaccounts', 'system:serviceaccounts:serin-system'] }
  const users = Object.entries(people).map(([name, { groups, ...who }]) => [
    tokenOf(name as keyof typeof people),
    { ...who, groups: [...groups] },
  ])
  const sandbox = createSandbox({ clock, seed: 1, tokens: { [server.token]: account, ...Object.fromEntries(users) } })
  for (const object of [...definitions(), ...installation()]) sandbox.api.create(object)
  for (const name of ['shop', 'garden']) sandbox.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as never)
  const { identities, actions } = dashboardImpersonation(options.actsFor ?? everybody)
  for (const object of rightsOfPeople([...identities, ...actions].map(({ rule }) => rule))) sandbox.api.create(object)

  const asked: Bench['asked'] = []
  const through = (by: Bench['asked'][number]['by'], own: Record<string, string>): Transport => ({
    send(request) {
      asked.push({ by, request })
      const { watch: __, ...rest } = request
      return sandbox.handle({ ...rest, headers: { ...own, ...request.headers } })
    },
    close: async () => {},
  })
  const transport = through('the server', { authorization: `Bearer ${options.ourselves ? tokenOf('approver') : server.token}` })
  const bare = (options.bare ?? ((one) => one))(through('nobody', {}))
  const said: string[] = []
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (fields: object, text: string) => said.push(`${level} ${text} ${shown(fields)}`),
    ]),
  ) as unknown as Log
  const login = LoginOptions.parse({ token: true, ...options.login })
  const codes = oneTimeCodes(clock)
  const serverOptions: Options = {
    installation: 'test',
    teamLabel: 'app.kubernetes.io/part-of',
    readOnly: false,
    origin,
    ...options.server,
  }
  const releases = followReleases({
    transport,
    clock,
    random: () => 0.5,
    log,
    teamLabel: serverOptions.teamLabel,
    ...(options.ourselves ? { namespace: 'shop' } : {}),
  })
  const parts: Parts = {
    client: kubeClient(transport, { fieldManager: 'serin-dashboard' }),
    transport,
    releases,
    authority: createAuthority({
      transport,
      bare,
      clock,
      readOnly: serverOptions.readOnly,
      impersonate: whomOf(login),
      ourselves: options.ourselves ?? false,
    }),
    login: { options: login, bare, codes },
    clock,
    log,
    options: serverOptions,
  }
  const app = createApp(parts)
  const routes: Route[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, access: config?.access })
  })
  await app.ready()
  return {
    app,
    parts,
    sandbox,
    asked,
    said,
    codes,
    routes,
    pass(seconds) {
      shift += seconds * 1_000
    },
    async stop() {
      await app.close()
      await releases.stop()
      sandbox.stop()
      sandbox.server.stop()
    },
  }
}

function shown(fields: object): string {
  return JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? `${value.stack}` : value))
}
