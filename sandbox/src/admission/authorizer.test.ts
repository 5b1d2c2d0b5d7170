import { describe, expect, it } from 'vitest'
import type { Obj, User } from '../types.ts'
import { type Attributes, authorizer, type Rules } from './authorizer.ts'

const role = (name: string, rules: object[], namespace?: string): Obj =>
  ({ kind: namespace ? 'Role' : 'ClusterRole', metadata: { name, ...(namespace && { namespace }) }, rules }) as unknown as Obj
const binding = (name: string, kind: string, roleName: string, subjects: object[], namespace?: string): Obj =>
  ({ metadata: { name, ...(namespace && { namespace }) }, roleRef: { kind, name: roleName }, subjects }) as unknown as Obj

const rules: Rules = {
  roles: [role('editor', [{ apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['*'] }], 'shop')],
  clusterRoles: [
    role('promoter', [{ apiGroups: ['serin.dev'], resources: ['rollouts'], verbs: ['promote'], resourceNames: ['web'] }]),
    role('reader', [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics', '/logs/*'], verbs: ['get'] },
    ]),
    role('scaler', [{ apiGroups: ['*'], resources: ['*/scale'], verbs: ['update'] }]),
  ],
  roleBindings: [
    binding('editors', 'Role', 'editor', [{ kind: 'Group', name: 'developers' }], 'shop'),
    binding('promoters', 'ClusterRole', 'promoter', [{ kind: 'ServiceAccount', name: 'ci', namespace: 'build' }], 'shop'),
    binding('broken', 'Role', 'gone', [{ kind: 'User', name: 'lost' }], 'shop'),
  ],
  clusterRoleBindings: [
    binding('readers', 'ClusterRole', 'reader', [{ kind: 'User', name: 'eve' }]),
    binding('scalers', 'ClusterRole', 'scaler', [{ kind: 'User', name: 'eve' }]),
  ],
}
const authorize = authorizer(() => rules)
const user = (username: string, ...groups: string[]): User => ({ username, groups })
const may = (who: User, attributes: Attributes) => authorize(who, attributes).allowed

describe('authorizer', () => {
  it('lets system:masters do everything', () => {
    expect(may(user('root', 'system:masters'), { verb: 'delete', resource: 'nodes' })).toBe(true)
  })

  it('allows within the namespace of the binding only', () => {
    const jane = user('jane', 'developers')
    expect(may(jane, { verb: 'update', group: 'apps', resource: 'deployments', namespace: 'shop' })).toBe(true)
    expect(may(jane, { verb: 'update', group: 'apps', resource: 'deployments', namespace: 'other' })).toBe(false)
    expect(may(jane, { verb: 'update', group: 'apps', resource: 'deployments' })).toBe(false)
    expect(may(jane, { verb: 'update', group: '', resource: 'deployments', namespace: 'shop' })).toBe(false)
  })

  it('tells a resource from its subresources', () => {
    const jane = user('jane', 'developers')
    expect(may(jane, { verb: 'update', group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'shop' })).toBe(true)
    expect(may(jane, { verb: 'update', group: 'apps', resource: 'deployments', subresource: 'status', namespace: 'shop' })).toBe(false)
    expect(may(user('eve'), { verb: 'update', group: 'x', resource: 'anything', subresource: 'scale' })).toBe(true)
    expect(may(user('eve'), { verb: 'update', group: 'x', resource: 'anything' })).toBe(false)
  })

  it('grants verbs of our own on named objects, to service accounts', () => {
    const ci = user('system:serviceaccount:build:ci')
    const promote = { verb: 'promote', group: 'serin.dev', resource: 'rollouts', namespace: 'shop' }
    expect(may(ci, { ...promote, name: 'web' })).toBe(true)
    expect(may(ci, { ...promote, name: 'api' })).toBe(false)
    expect(may(ci, promote)).toBe(false)
    expect(may(ci, { ...promote, verb: 'abort', name: 'web' })).toBe(false)
  })

  it('allows paths that are no resources, by prefix too', () => {
    expect(may(user('eve'), { verb: 'get', nonResource: '/metrics' })).toBe(true)
    expect(may(user('eve'), { verb: 'get', nonResource: '/logs/a/b' })).toBe(true)
    expect(may(user('eve'), { verb: 'get', nonResource: '/version' })).toBe(false)
  })

  it('says by whose leave, and what was missing', () => {
    expect(authorize(user('eve'), { verb: 'get', resource: 'pods' }).reason).toBe(
      'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to User "eve"',
    )
    expect(authorize(user('lost'), { verb: 'get', resource: 'pods', namespace: 'shop' })).toEqual({
      allowed: false,
      reason: 'RBAC: role.rbac.authorization.k8s.io "gone" not found',
    })
  })
})
