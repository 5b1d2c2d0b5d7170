import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { dashboardImpersonation, type Right, rulesOf } from '../../controller/src/api/rights.ts'
import { systemClock } from '../../controller/src/clock.ts'
import { exchange, exchangeJson } from '../../controller/src/kube/body.ts'
import { kubeClient } from '../../controller/src/kube/client.ts'
import { type ClusterAccess, loadKubeConfig, withoutCredentials } from '../../controller/src/kube/kubeconfig.ts'
import { undiciTransport } from '../../controller/src/kube/transport.ts'
import type { KubeObject, Transport } from '../../controller/src/kube/types.ts'
import { createAuthority } from '../../controller/src/server/authority/authority.ts'
import type { Authority, Caller, Person } from '../../controller/src/server/parts.ts'
import { refusalOf } from '../../controller/src/server/problems.ts'
import { systemNamespace } from '../dsl/install.ts'
import { install } from '../dsl/real.ts'
import type { Json } from './apiClient.ts'
import type {} from './globalSetup.ts'
import { testUsers } from './users.ts'

const kubeconfigs = inject('kubeconfigs')
const rbac = 'rbac.authorization.k8s.io'
const roles = `/apis/${rbac}/v1`
const namespace = `dashboard-${process.pid}`
const open: Transport[] = []
/** Ids under which the API server put requests into its audit log, newest last. */
const audited: string[] = []
const carla = { username: testUsers.carla.username, groups: testUsers.carla.groups }
let admin: Transport
let made = 0

function opened(access: ClusterAccess): Transport {
  const transport = undiciTransport(access, { clock: systemClock })
  open.push(transport)
  return {
    ...transport,
    async send(request) {
      const response = await transport.send(request)
      audited.push(response.headers['audit-id'] ?? '')
      return response
    },
  }
}

async function post(path: string, object: Json): Promise<Json> {
  const headers = { 'content-type': 'application/json' }
  return exchangeJson(admin, { method: 'POST', path, headers, body: JSON.stringify(object) })
}
const bound = (kind: string, name: string, of: string, subject: Json): Json => ({
  apiVersion: `${rbac}/v1`,
  kind,
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: of, name },
  subjects: [subject],
})

beforeAll(async () => {
  await install(kubeconfigs.admin)
  admin = opened(loadKubeConfig({ path: kubeconfigs.admin }))
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const given = { 'on-call': ['promote'], releasers: ['abort'] }
  for (const [name, verbs] of Object.entries(given)) {
    const rules = [
      { apiGroups: ['serin.dev'], resources: ['rolloutcommands'], verbs: ['create'] },
      { apiGroups: ['serin.dev'], resources: ['rollouts'], verbs },
    ]
    await post(`${roles}/namespaces/${namespace}/roles`, { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name }, rules })
    const subject = { apiGroup: rbac, kind: 'Group', name }
    await post(`${roles}/namespaces/${namespace}/rolebindings`, bound('RoleBinding', name, 'Role', subject))
  }
})
afterAll(async () => {
  const remove = (path: string) => exchange(admin, { method: 'DELETE', path }).catch(() => '')
  for (let i = 1; i <= made; i++) {
    const name = `serin-dashboard-${process.pid}-${i}`
    await remove(`${roles}/clusterrolebindings/${name}`)
    await remove(`${roles}/clusterroles/${name}`)
    await remove(`/api/v1/namespaces/${systemNamespace}/serviceaccounts/${name}`)
  }
  await remove(`/api/v1/namespaces/${namespace}`)
  await Promise.all(open.map((transport) => transport.close()))
})

const promote = { verb: 'promote', group: 'serin.dev', resource: 'rollouts', namespace, name: 'web' }

/** A server that runs as a ServiceAccount with the rights of the dashboard, and these. */
async function dashboardWith(
  more: readonly Right[],
): Promise<{ authority: Authority; transport: Transport; bare: Transport; name: string }> {
  const name = `serin-dashboard-${process.pid}-${++made}`
  const accounts = `/api/v1/namespaces/${systemNamespace}/serviceaccounts`
  await post(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })
  const rules = [...rulesOf('dashboard'), ...more.map(({ rule }) => rule)]
  await post(`${roles}/clusterroles`, { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules })
  const subject = { kind: 'ServiceAccount', name, namespace: systemNamespace }
  await post(`${roles}/clusterrolebindings`, bound('ClusterRoleBinding', name, 'ClusterRole', subject))
  const { status } = await post(`${accounts}/${name}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} })
  const access = withoutCredentials(loadKubeConfig({ path: kubeconfigs.admin }))
  const bare = opened(access)
  const headers = { authorization: `Bearer ${status.token}` }
  const transport = opened({ ...access, credentials: async () => ({ ...(await access.credentials()), headers }) })
  const authority = createAuthority({ transport, bare, clock: systemClock, readOnly: false })
  // A role counts a moment after it is written.
  const asked = () =>
    authority.may(carla, promote).then(
      ({ allowed }) => allowed,
      () => false,
    )
  await expect.poll(asked, { timeout: 15_000, interval: 300 }).toBe(true)
  return { authority, transport, bare, name }
}

const caller = (person: Person, credentials: Caller['credentials']): Caller => ({ person, credentials, method: 'oidc', csrf: '' })
const actedFor = (person: Person) => caller(person, { by: 'impersonation' })
const command = (action = 'promote'): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'RolloutCommand',
  metadata: { generateName: `${action}-`, namespace } as unknown as KubeObject['metadata'],
  spec: { rollout: 'web', action },
})
const stampOf = ({ spec }: KubeObject) => (spec as { requestedBy?: Person }).requestedBy
const refusal = (does: Promise<unknown>): Promise<string> =>
  does.then(
    () => 'it was not refused',
    (error: unknown) => `${refusalOf(error).code} ${refusalOf(error).message}`,
  )

// Tokens of people are known to a control plane of ours only.
describe.skipIf(inject('clusterKind') === 'given')('the dashboard, on a real API server', () => {
  test('acts for the people it was given and no others, creates commands as they and does nothing else', async () => {
    const { identities, actions } = dashboardImpersonation({ users: ['carla', 'Zoë'], groups: ['on-call', 'releasers'] })
    const { authority, transport, bare, name } = await dashboardWith([...identities, ...actions])

    const id = `request-${process.pid}.a`
    const both = await authority
      .as(actedFor({ username: 'Zoë', groups: ['on-call', 'releasers', 'system:authenticated'] }), id)
      .create(command('abort'))
    expect(stampOf(both)).toMatchObject({ username: 'Zoë', groups: ['on-call', 'releasers', 'system:authenticated'] })
    expect(audited.at(-1)).toBe(id)

    const own = await authority.as(caller(carla, { by: 'token', token: testUsers.carla.token }), id).create(command())
    expect(stampOf(own)).toMatchObject({ username: 'carla', groups: ['on-call', 'system:authenticated'], uid: 'uid-carla' })

    const as = (person: Person, action?: string) => refusal(authority.as(actedFor(person), id).create(command(action)))
    expect(await as(carla, 'undo')).toMatch(/^SERIN-403-VERB .*carla may not undo rollout web: needs the verb undo/)
    expect(await as({ username: 'carla', groups: ['releasers'] }, 'promote')).toMatch(/^SERIN-403-VERB .*needs the verb promote/)
    expect(await as({ username: 'anna', groups: ['on-call'] })).toMatch(
      /^SERIN-403-IMPERSONATION .*users.authentication.k8s.io "anna" is forbidden/,
    )
    expect(await as({ username: 'carla', groups: ['developers'] })).toMatch(
      /^SERIN-403-IMPERSONATION .*groups.authentication.k8s.io "developers"/,
    )
    expect(await as({ ...carla, uid: 'somebody-else' })).toMatch(/^SERIN-403-IMPERSONATION .*uids.authentication.k8s.io/)

    const theirs = authority.as(actedFor(carla), id)
    const rollouts = { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout' }
    expect(await refusal(theirs.list(rollouts, { namespace }))).toMatch(/impersonate-on:user-info:list resource "rollouts"/)
    expect(await refusal(theirs.delete({ ...rollouts, namespace, name: 'web' }))).toMatch(/impersonate-on:user-info:delete/)

    const itself = kubeClient(transport, { fieldManager: 'test' })
    expect(await refusal(itself.create(command()))).toMatch(
      new RegExp(`"system:serviceaccount:${systemNamespace}:${name}" cannot create resource "rolloutcommands"`),
    )
    expect(await refusal(itself.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace }))).toMatch(/cannot list resource "secrets"/)
    expect(await itself.list(rollouts)).toEqual(expect.any(Array))
    const nobody = kubeClient(bare, { fieldManager: 'test' })
    expect(await refusal(nobody.list(rollouts, { namespace }))).toMatch(/system:anonymous|SERIN-401/)
  })

  test('asks what people may do', async () => {
    const { authority } = await dashboardWith([])
    const anna = { username: 'anna', groups: testUsers.anna.groups, uid: 'uid-anna' }
    const may = async (person: Person, more: object = {}) => (await authority.may(person, { ...promote, ...more })).allowed
    expect(await may(carla)).toBe(true)
    expect(await may(carla, { verb: 'abort' })).toBe(false)
    expect(await may(carla, { namespace: 'default' })).toBe(false)
    expect(await may(anna)).toBe(false)
    // What Kubernetes gives to everybody who is somebody counts too.
    expect(
      await may(anna, { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', namespace: undefined }),
    ).toBe(true)
    expect(await refusal(authority.as(actedFor(carla), 'r').create(command()))).toMatch(/^SERIN-403-IMPERSONATION/)
  })

  test('acts for named people on servers before 1.36 too, by the plain verb', async () => {
    const { plain } = dashboardImpersonation({ users: ['carla'], groups: ['on-call'] })
    const { authority } = await dashboardWith(plain)
    expect(stampOf(await authority.as(actedFor(carla), 'r').create(command()))?.username).toBe('carla')
    expect(await refusal(authority.as(actedFor({ ...carla, groups: ['developers'] }), 'r').create(command()))).toMatch(
      /^SERIN-403-IMPERSONATION/,
    )
    expect(await refusal(authority.as(actedFor({ username: 'anna', groups: [] }), 'r').create(command()))).toMatch(
      /^SERIN-403-IMPERSONATION/,
    )
  })
})
