import { describe, expect, it } from 'vitest'
import { send } from './testing/client.ts'
import { configMap, deployment, paths, testServer } from './testing/fixtures.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const as = { token: 'anna' }

function role(verbs: string[], resources: string[], apiGroups = ['']) {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules: [{ apiGroups, resources, verbs }] }
}
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'r' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'anna' }],
}

describe('users', () => {
  it('are known by their token; others are anonymous or unknown', async () => {
    const { server } = testServer()
    expect((await send(server, 'GET', paths.configMaps, undefined, { token: 'nobody' })).json).toMatchObject({
      code: 401,
      reason: 'Unauthorized',
    })
    const none = await send(server, 'GET', paths.configMaps, undefined, { token: '' })
    expect(none.json.message).toBe(
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    )
    expect((await send(server, 'GET', '/readyz', undefined, { token: '' })).json).toBe('ok')
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const who = await send(server, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review, as)
    expect(who.json.status.userInfo).toEqual({ username: 'anna', groups: ['team', 'system:authenticated'] })
  })

  it('may do what a role bound to them says, in the real words otherwise', async () => {
    const { server } = testServer()
    const denied = await send(server, 'POST', paths.deployments, deployment('web'), as)
    expect(denied.json).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'deployments.apps is forbidden: User "anna" cannot create resource "deployments" in API group "apps" in the namespace "default"',
    })
    await send(server, 'POST', `${rbac}/namespaces/default/roles`, role(['create'], ['deployments'], ['apps']))
    await send(server, 'POST', `${rbac}/namespaces/default/rolebindings`, binding)
    expect((await send(server, 'POST', paths.deployments, deployment('web'), as)).status).toBe(201)
    const status = await send(server, 'PUT', `${paths.deployments}/web/status`, deployment('web'), as)
    expect(status.json.message).toBe(
      'deployments.apps "web" is forbidden: User "anna" cannot update resource "deployments/status" in API group "apps" in the namespace "default"',
    )
  })

  it('have the rules that an aggregated role gathers', async () => {
    const { server } = testServer()
    const bound = { ...binding, roleRef: { ...binding.roleRef, kind: 'ClusterRole', name: 'view' } }
    await send(server, 'POST', `${rbac}/namespaces/default/rolebindings`, bound)
    expect((await send(server, 'GET', paths.deployments, undefined, as)).status).toBe(200)
    const widgets = '/apis/example.com/v1/namespaces/default/widgets'
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'list', group: 'example.com', resource: 'widgets', namespace: 'default' } },
    }
    const allowed = async () =>
      (await send(server, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review, as)).json.status.allowed
    expect(await allowed()).toBe(false)
    const more = {
      ...role(['list'], ['widgets'], ['example.com']),
      kind: 'ClusterRole',
      metadata: { name: 'w', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    }
    await send(server, 'POST', `${rbac}/clusterroles`, more)
    expect([await allowed(), widgets]).toEqual([true, widgets])
  })

  it('are impersonated by those who may', async () => {
    const { server } = testServer()
    const headers = { 'Impersonate-User': 'anna' }
    expect((await send(server, 'GET', paths.configMaps, undefined, { headers })).status).toBe(403)
    const refused = await send(server, 'GET', paths.configMaps, undefined, { ...as, headers: { 'Impersonate-User': 'admin' } })
    expect(refused.json.message).toBe(
      'configmaps is forbidden: User "anna" cannot impersonate-on:user-info:list resource "configmaps" in API group "" in the namespace "default"',
    )
  })

  it('are impersonated in part: whom, and what is done as them, are rights apart', async () => {
    const { server } = testServer()
    const identity = { apiGroups: ['authentication.k8s.io'], verbs: ['impersonate:user-info'] }
    const rules = [
      { ...identity, resources: ['users'], resourceNames: ['zoe'] },
      { ...identity, resources: ['groups'], resourceNames: ['a', 'b', 'system:masters'] },
    ]
    await send(server, 'POST', `${rbac}/clusterroles`, { ...role([], []), kind: 'ClusterRole', rules })
    const roleRef = { ...binding.roleRef, kind: 'ClusterRole' }
    await send(server, 'POST', `${rbac}/clusterrolebindings`, { ...binding, kind: 'ClusterRoleBinding', roleRef })
    await send(server, 'POST', `${rbac}/namespaces/default/roles`, role(['impersonate-on:user-info:list'], ['configmaps']))
    await send(server, 'POST', `${rbac}/namespaces/default/rolebindings`, binding)
    const message = async (path: string, user: string, groups: string[]) =>
      (await send(server, 'GET', path, undefined, { ...as, headers: { 'Impersonate-User': user, 'Impersonate-Group': groups } })).json
        .message
    expect(await message(paths.configMaps, 'zoe', ['a', 'b'])).toBe(
      'configmaps is forbidden: User "zoe" cannot list resource "configmaps" in API group "" in the namespace "default"',
    )
    expect(await message(paths.deployments, 'zoe', [])).toContain('User "anna" cannot impersonate-on:user-info:list resource "deployments"')
    expect(await message(paths.configMaps, 'zoe', ['a, b'])).toBe(
      'groups.authentication.k8s.io "a, b" is forbidden: User "anna" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope',
    )
    expect(await message(paths.configMaps, 'yan', [])).toContain('users.authentication.k8s.io "yan" is forbidden')
    expect(await message(paths.configMaps, 'zoe', ['system:masters'])).toContain('impersonating the system:masters group is not allowed')
  })

  it('of ServiceAccounts get tokens that end', async () => {
    const { server, clock } = testServer()
    await send(server, 'POST', '/api/v1/namespaces/default/serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    })
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } }
    const { json } = await send(server, 'POST', '/api/v1/namespaces/default/serviceaccounts/robot/token', request)
    const use = () => send(server, 'GET', paths.configMaps, undefined, { token: json.status.token })
    expect((await use()).json.message).toContain('User "system:serviceaccount:default:robot" cannot list')
    await clock.advance(600_000)
    expect((await use()).status).toBe(401)
  })

  it('name only owners that they could delete for, where that is enforced', async () => {
    const { server } = testServer({ enforceOwnerReferences: true })
    await send(server, 'POST', `${rbac}/namespaces/default/roles`, role(['create', 'patch'], ['configmaps']))
    await send(server, 'POST', `${rbac}/namespaces/default/rolebindings`, binding)
    const owner = await send(server, 'POST', paths.configMaps, configMap('owner'))
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.json.metadata.uid }
    await send(server, 'POST', paths.configMaps, configMap('a'), as)
    const own = await send(
      server,
      'PATCH',
      `${paths.configMaps}/a`,
      { metadata: { ownerReferences: [reference] } },
      { ...as, type: 'application/merge-patch+json' },
    )
    expect(own.json.message).toContain("cannot set an ownerRef on a resource you can't delete")
    const blocking = { ...configMap('b'), metadata: { name: 'b', ownerReferences: [{ ...reference, blockOwnerDeletion: true }] } }
    expect((await send(server, 'POST', paths.configMaps, blocking, as)).json.message).toContain("you can't set finalizers on")
  })
})
