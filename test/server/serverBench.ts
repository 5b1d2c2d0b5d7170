import { rulesOf } from '../../controller/src/api/rights.ts'
import { kubeClient } from '../../controller/src/kube/client.ts'
import { silentLog } from '../../controller/src/kube/log.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import { type App, createApp } from '../../controller/src/server/app.ts'
import { createAuthority } from '../../controller/src/server/authority/authority.ts'
import type { Caller, Parts } from '../../controller/src/server/parts.ts'
import { releaseOf } from '../../controller/src/server/read/release.ts'
import type { Json } from '../cluster/apiClient.ts'
import { testUsers, type UserName } from '../cluster/users.ts'
import type { World } from '../dsl/world.ts'

export interface ServerBench {
  app: App
  parts: Parts
  /** Who the next requests are of. */
  become(user: UserName): void
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  close(): Promise<void>
}

export interface Answer {
  status: number
  headers: Record<string, unknown>
  text: string
  json: Json
}

/**
 * The server over a test cluster, with exactly the rights that the chart gives it, and the authority that it has in earnest. Writes are made with the
 * user's own token; only the login is left out.
 */
export async function serverOn({ cluster, api }: World, options: Partial<Parts['options']> = {}): Promise<ServerBench> {
  if (!(await api.get('ClusterRole', 'serin-dashboard'))) for (const object of rightsOfServer()) await api.create(object)
  const { inside } = cluster
  if (!inside) throw new Error('not the embedded cluster')
  const transport = cluster.transportFor('dashboard')
  const bare: Transport = { send: ({ watch: _, ...request }) => inside.handle(request), close: async () => {} }
  const client = kubeClient(transport, { fieldManager: 'serin-dashboard' })
  let user: UserName = 'admin'
  const rollouts = (await client.list({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout' })).map((object) =>
    releaseOf(object, { teamLabel: 'team' }),
  )
  const parts: Parts = {
    client,
    transport,
    clock: cluster.clock,
    log: silentLog,
    options: { installation: 'test', teamLabel: 'team', readOnly: false, ...options },
    releases: {
      get: (namespace, name) => rollouts.find((one) => one.namespace === namespace && one.name === name),
      all: () => rollouts,
      synced: async () => {},
      isSynced: () => true,
      onChange: () => () => {},
      stop: async () => {},
    },
    authority: createAuthority({ transport, bare, clock: cluster.clock, readOnly: options.readOnly ?? false }),
  }
  const app = createApp(parts)
  app.addHook('onRequest', async (request) => {
    const { username, groups, uid, token } = testUsers[user]
    const caller: Caller = { person: { username, groups, uid }, credentials: { by: 'token', token }, method: 'token', csrf: 'test' }
    request.caller = caller
  })
  const answered = ({ statusCode, headers, body }: { statusCode: number; headers: Record<string, unknown>; body: string }): Answer => ({
    status: statusCode,
    headers,
    text: body,
    json: String(headers['content-type']).includes('json') ? JSON.parse(body) : undefined,
  })
  return {
    app,
    parts,
    become(next) {
      user = next
    },
    get: async (path, headers = {}) => answered(await app.inject({ method: 'GET', url: `/api/v1${path}`, headers })),
    post: async (path, body, headers = {}) =>
      answered(await app.inject({ method: 'POST', url: `/api/v1${path}`, headers, payload: body as object })),
    close: () => app.close(),
  }
}

function rightsOfServer(): Json[] {
  const [apiGroup, name] = ['rbac.authorization.k8s.io', 'serin-dashboard']
  const subject = { kind: 'ServiceAccount', name, namespace: 'serin-system' }
  return [
    { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name }, rules: rulesOf('dashboard') },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [subject],
    },
  ]
}
