import { describe, expect, test } from 'vitest'
import { policies } from '../../controller/src/api/policies.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { type Bench, bench, server } from './bench.ts'
import { statuses } from './statuses.ts'

/** With the policies, anna allowed to look and to ask, and `verbs` on rollouts. */
function guarded(verbs: string[], resources = ['deployments', 'replicasets', 'pods']): Bench {
  const b = bench()
  b.rollout('checkout', 'v1')
  b.report('checkout', statuses(b).running)
  const rbac = 'rbac.authorization.k8s.io'
  const rules = [
    { apiGroups: ['', 'apps'], resources, verbs: ['get', 'list', 'patch'] },
    { apiGroups: ['serin.dev'], resources: ['rollouts'], verbs: ['get', 'list', ...verbs] },
    { apiGroups: ['serin.dev'], resources: ['rolloutcommands'], verbs: ['get', 'create'] },
  ]
  const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'anna', namespace: 'shop' }, rules }
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'anna', namespace: 'shop' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'anna' },
    subjects: [{ apiGroup: rbac, kind: 'User', name: 'anna' }],
  }
  for (const object of [...policies({ serinUser: 'system:serviceaccount:serin:serin' }), role, binding]) {
    b.server.api.create(object as unknown as Partial<Obj>)
  }
  return b
}

/** v2 is held in a managed Deployment. */
function held(b: Bench): void {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }
  b.server.api.patch(target, { type: 'merge', body: { metadata: { labels: { 'serin.dev/managed': 'checkout' } } } })
  b.setImage('checkout', 'v2', true)
}

/** In mid-run: the Service is pinned to v1 and belongs to the run, v2 is held. */
function pinned(b: Bench): void {
  held(b)
  b.server.api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'checkout', namespace: 'shop', labels: { team: 'shop', 'serin.dev/run': '1', 'serin.dev/rollout': 'checkout' } },
    spec: { selector: { app: 'checkout', 'pod-template-hash': 'v1hash' }, ports: [{ port: 80 }] },
  } as unknown as Partial<Obj>)
  b.server.api.patch(
    { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', namespace: 'shop', name: 'checkout' },
    { type: 'merge', body: { spec: { service: 'checkout' } } },
  )
  const { running } = statuses(b)
  b.report('checkout', { ...running, run: { ...running.run, mode: 'Routes', originals: { routes: [] } } })
}

const service = (b: Bench) => b.server.api.get('v1', 'Service', 'shop', 'checkout')
const deployment = (b: Bench) => b.server.api.get('apps/v1', 'Deployment', 'shop', 'checkout')

describe('a person who may not', () => {
  test('read: the sentence names person, verb, resource, place and server, and what to ask for', async () => {
    const { code, err } = await guarded([]).serin('list -n shop', { token: 'bob' })
    expect(code).toBe(3)
    expect(err).toContain(`bob may not list rollouts.serin.dev in namespace shop (${server})`)
    expect(err).toContain('kubectl create role serin-list --verb=list --resource=rollouts.serin.dev -n shop')
  })
  test('promote: refused by the cluster, exit code 1, the missing verb named', async () => {
    const b = guarded(['abort'])
    const { code, err } = await b.serin('promote checkout --wait 0s', { token: 'anna' })
    expect(code).toBe(1)
    expect(err).toContain('anna may not promote rollout checkout: needs the verb promote on rollouts.serin.dev')
    expect(err).toContain('Ask an administrator for the verb promote')
    expect(b.commands()).toEqual([])
    expect((await b.serin('abort checkout --wait 0s', { token: 'anna' })).code).toBe(0)
    expect(b.commands()[0]?.spec.requestedBy.username).toBe('anna')
  })
  test('release: stays held, and no annotation is left behind', async () => {
    const b = guarded([])
    held(b)
    const { code, err } = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect(code).toBe(1)
    expect(err).toContain('needs the verb release on rollouts.serin.dev')
    expect(deployment(b)?.spec.paused).toBe(true)
    expect(deployment(b)?.metadata.annotations ?? {}).not.toHaveProperty(['serin.dev/release'])
  })
})

describe('release', () => {
  test('with the verb lets the Deployment go and keeps the reason', async () => {
    const b = guarded(['release'])
    held(b)
    expect((await b.serin(['release', 'checkout', '--reason', 'outage', '--dry-run'], { token: 'anna' })).code).toBe(0)
    expect(deployment(b)?.spec.paused).toBe(true)
    const { code, out } = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect(code).toBe(0)
    expect(out).toContain('Deployment checkout is released')
    expect(deployment(b)?.spec.paused ?? false).toBe(false)
    expect(deployment(b)?.metadata.annotations).toMatchObject({ 'serin.dev/release': 'outage' })
  })
  test('in mid-run puts the Service back before it lets the Deployment go', async () => {
    const b = guarded(['release'], ['deployments', 'services'])
    pinned(b)
    const { code, out } = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Service checkout is as it was before the run\nDeployment checkout is released: it rolls out natively now; kubectl rollout status deployment/checkout -n shop\n',
    })
    expect(service(b)?.spec.selector).toEqual({ app: 'checkout' })
    expect(service(b)?.metadata.labels).toEqual({ team: 'shop' })
    expect(service(b)?.metadata.annotations).toEqual({ 'serin.dev/release': 'outage' })
    expect(deployment(b)?.spec.paused ?? false).toBe(false)
  })
  test('without a right on the Service changes nothing, and names right and object', async () => {
    const b = guarded(['release'])
    pinned(b)
    const { code, err } = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect(code).toBe(1)
    expect(err).toContain('anna may not get services in namespace shop')
    expect(err).toContain('needed for Service checkout')
    expect(err).toContain('Nothing was changed.')
    expect(service(b)?.spec.selector).toHaveProperty('pod-template-hash')
    expect(deployment(b)?.spec.paused).toBe(true)
  })
  test('without a right on the Deployment leaves the Service alone', async () => {
    const b = guarded(['release'], ['services'])
    pinned(b)
    const reading = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', namespace: 'shop', name: 'anna' }
    const rules = b.server.api.get(role.apiVersion, role.kind, role.namespace, role.name)?.rules as unknown[]
    b.server.api.patch(role, { type: 'merge', body: { rules: [...rules, reading] } })
    const { code, err } = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect(code).toBe(1)
    expect(err).toContain('anna may not patch deployments.apps in namespace shop')
    expect(err).toContain('needed for Deployment checkout')
    expect(service(b)?.spec.selector).toHaveProperty('pod-template-hash')
  })
  test('goes on where a release by hand left the Service pinned', async () => {
    const b = guarded(['release'], ['deployments', 'services'])
    pinned(b)
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }
    const body = { metadata: { annotations: { 'serin.dev/release': 'by hand' } }, spec: { paused: false } }
    b.server.api.patch(target, { type: 'merge', body })
    const said = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect(said).toMatchObject({ code: 0, out: 'Service checkout is as it was before the run\n' })
    expect(service(b)?.spec.selector).toEqual({ app: 'checkout' })
  })
  test('says whose pods a Service without its pin selects too', async () => {
    const b = guarded(['release'], ['deployments', 'services'])
    pinned(b)
    b.setImage('checkout', 'v3', true)
    const { err } = await b.serin(['release', 'checkout', '--reason', 'outage'], { token: 'anna' })
    expect(err).toContain('kubectl scale replicaset checkout-v2hash --replicas=0 -n shop')
  })
  test('of what is not held does nothing; a reason is needed', async () => {
    const b = guarded([])
    expect(await b.serin(['release', 'checkout', '--reason', 'x'])).toMatchObject({ code: 0, out: expect.stringContaining('not held') })
    expect((await b.serin('release checkout')).code).toBe(3)
  })
})

test('credentials that are not accepted, and a server that is not there', async () => {
  const b = guarded([])
  const unknown = await b.serin('list', { token: 'nobody-knows' })
  expect(unknown.code).toBe(3)
  expect(unknown.err).toContain(`the API server ${server} does not accept your credentials`)
  b.server.stop()
  const gone = await b.serin('list')
  expect(gone.code).toBe(3)
  expect(gone.err).toContain(`nothing listens at ${server} (connection refused)`)
  expect(gone.err).not.toContain('    at ')
})
