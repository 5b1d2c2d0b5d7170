import { kubeClient } from '../../controller/src/kube/client.ts'
import { silentLog } from '../../controller/src/kube/log.ts'
import type { KubeObject } from '../../controller/src/kube/types.ts'
import { type App, createApp } from '../../controller/src/server/app.ts'
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

/** The server over a test cluster. Rights are those that the cluster's own reviews tell, writes are made with the user's own token; only the login is left out. */
export async function serverOn({ cluster }: World, options: Partial<Parts['options']> = {}): Promise<ServerBench> {
  const transport = cluster.transportFor('admin')
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
    authority: {
      async may(person, wanted) {
        const { verb, group, resource, namespace, name } = wanted
        const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: { name: '' } }
        const attributes = { verb, group, resource, ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) }
        const spec = { user: person.username, groups: [...person.groups], resourceAttributes: attributes }
        const { status } = await client.create({ ...review, spec } as KubeObject)
        return { allowed: (status as { allowed?: boolean }).allowed ?? false }
      },
      as: () => kubeClient(cluster.transportFor(user), { fieldManager: 'serin-dashboard' }),
    },
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
