import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { UserName } from '../../cluster/users.ts'
import type { CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'

/** Gives rules in the case's namespace to subjects. */
export async function grant(t: CaseContext, name: string, rules: Json[], subjects: Json[]): Promise<void> {
  await t.prepare(
    { kind: 'Role', metadata: { name }, rules },
    { kind: 'RoleBinding', metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }, subjects },
  )
}

export const person = (name: string): Json => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })
export const group = (name: string): Json => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name })

/** Waits until the authorizer knows of a grant: it learns of objects by a watch of its own. */
export async function allowed(t: CaseContext, as: UserName, attributes: Json): Promise<void> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace: t.namespace, ...attributes } },
  }
  const call = { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body } as const
  await t.eventually(`${as} may ${attributes.verb}`, async () => (await t.send(call, { as, quiet: true })).json.status.allowed)
}

export const authorizationCases = [
  conformance('a token that nobody has is Unauthorized, none at all is anonymous', async (t) => {
    const path = `/api/v1/namespaces/${t.namespace}/configmaps`
    expect((await t.send({ method: 'GET', path, headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  }),
  conformance('what no role gives is Forbidden, and says who, what and where', async (t) => {
    await t.prepare(configMap('a'))
    const create = await t.create(configMap('b'), { as: 'anna' })
    expect(create.json.message).toBe(
      `configmaps is forbidden: User "anna" cannot create resource "configmaps" in API group "" in the namespace "${t.namespace}"`,
    )
    expect((await t.get({ kind: 'ConfigMap', name: 'a' }, { as: 'anna' })).status).toBe(403)
    expect((await t.list('ConfigMap', { as: 'anna' })).status).toBe(403)
    expect((await t.patch({ kind: 'ConfigMap', name: 'a' }, 'merge', {}, { as: 'anna' })).status).toBe(403)
    expect((await t.send({ method: 'GET', path: '/api/v1/nodes' }, { as: 'anna' })).status).toBe(403)
    expect((await t.patch({ kind: 'Widget', name: 'w' }, 'merge', {}, { as: 'anna', subresource: 'status' })).status).toBe(403)
  }),
  conformance('a role counts for users, groups and service accounts in its namespace', async (t) => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create'] }]
    await grant(t, 'users', rules, [person('ben'), group('on-call'), { kind: 'ServiceAccount', name: 'deployer', namespace: 'ci' }])
    for (const as of ['ben', 'carla', 'deployer'] as const) {
      await allowed(t, as, { verb: 'create', resource: 'configmaps' })
      expect((await t.create(configMap(as), { as })).status).toBe(201)
      expect((await t.delete({ kind: 'ConfigMap', name: as }, undefined, { as })).status).toBe(403)
    }
    expect((await t.create(configMap('anna'), { as: 'anna' })).status).toBe(403)
  }),
  conformance('resourceNames limit a role to single objects', async (t) => {
    await t.prepare(configMap('a'), configMap('b'))
    await grant(t, 'one', [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['get', 'list'] }], [person('ben')])
    await allowed(t, 'ben', { verb: 'get', resource: 'configmaps', name: 'a' })
    expect((await t.get({ kind: 'ConfigMap', name: 'a' }, { as: 'ben' })).status).toBe(200)
    expect((await t.get({ kind: 'ConfigMap', name: 'b' }, { as: 'ben' })).status).toBe(403)
    expect((await t.list('ConfigMap', { as: 'ben' })).status).toBe(403)
    expect((await t.list('ConfigMap', { as: 'ben', query: { fieldSelector: 'metadata.name=a' } })).status).toBe(200)
  }),
  conformance('a subresource is a right of its own', async (t) => {
    await t.prepare({ kind: 'Widget', metadata: { name: 'w' }, spec: {} })
    await grant(t, 'status', [{ apiGroups: ['conformance.example.com'], resources: ['widgets/status'], verbs: ['patch'] }], [person('ben')])
    await allowed(t, 'ben', { verb: 'patch', group: 'conformance.example.com', resource: 'widgets', subresource: 'status' })
    const widget = { kind: 'Widget', name: 'w' } as const
    expect((await t.patch(widget, 'merge', { status: { phase: 'x' } }, { as: 'ben', subresource: 'status' })).status).toBe(200)
    expect((await t.patch(widget, 'merge', { spec: { replicas: 2 } }, { as: 'ben' })).status).toBe(403)
  }),
  conformance('an apply that creates needs the verb create too', async (t) => {
    await grant(t, 'patch', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }], [person('ben')])
    await allowed(t, 'ben', { verb: 'patch', resource: 'configmaps' })
    expect((await t.apply(configMap('a'), 'm', { as: 'ben' })).status).toBe(403)
  }),
  conformance('a self-review says whether a made-up verb is allowed', async (t) => {
    const rule = { apiGroups: ['gate.example.com'], resources: ['rollouts'], resourceNames: ['web'], verbs: ['promote'] }
    await grant(t, 'promoters', [rule], [person('ben')])
    await allowed(t, 'ben', { verb: 'promote', group: 'gate.example.com', resource: 'rollouts', name: 'web' })
    for (const [name, verb] of [
      ['web', 'promote'],
      ['web', 'abort'],
      ['other', 'promote'],
    ]) {
      const resourceAttributes = { namespace: t.namespace, group: 'gate.example.com', resource: 'rollouts', name, verb }
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
      const { json } = await t.send(
        { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body },
        { as: 'ben', show: (review) => review.status.allowed },
      )
      expect(json.status.allowed).toBe(name === 'web' && verb === 'promote')
    }
  }),
  conformance('masters may ask for others, and act as others', async (t) => {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: 'anna',
        groups: ['developers', 'system:authenticated'],
        resourceAttributes: { namespace: t.namespace, verb: 'patch', group: 'apps', resource: 'deployments' },
      },
    }
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    expect((await t.send({ method: 'POST', path, body }, { show: (review) => review.status.allowed })).json.status.allowed).toBe(true)
    const headers = { 'impersonate-user': 'nobody', 'impersonate-group': 'system:authenticated' }
    expect((await t.send({ method: 'GET', path: `/api/v1/namespaces/${t.namespace}/pods`, headers })).status).toBe(403)
    expect((await t.send({ method: 'GET', path: `/api/v1/namespaces/${t.namespace}/pods`, headers }, { as: 'anna' })).status).toBe(403)
  }),
  conformance('a token review and a self-review name the user', async (t) => {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'anna-token' } }
    const path = '/apis/authentication.k8s.io/v1/tokenreviews'
    const { json } = await t.send(
      { method: 'POST', path, body: review },
      { show: ({ status }) => ({ ...status.user, groups: [...status.user.groups].sort() }) },
    )
    expect(json.status.user.username).toBe('anna')
    expect(
      (
        await t.send(
          { method: 'POST', path, body: { ...review, spec: { token: 'nobody' } } },
          { show: ({ status }) => !!status.authenticated },
        )
      ).json.status.authenticated,
    ).toBeFalsy()
    const self = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const me = await t.send(
      { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: self },
      { as: 'ben', show: ({ status }) => status.userInfo.username },
    )
    expect(me.json.status.userInfo.username).toBe('ben')
  }),
]
