import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guards, policies } from '../../controller/src/api/policies.ts'
import { systemClock } from '../../controller/src/clock.ts'
import { loadKubeConfig } from '../../controller/src/kube/kubeconfig.ts'
import { undiciTransport } from '../../controller/src/kube/transport.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import { type Api, apiOver } from '../dsl/api.ts'
import { definitions } from '../dsl/install.ts'
import type { Json } from './apiClient.ts'
import { type ControlPlane, startControlPlane } from './controlPlane.ts'
import { served } from './gatewayApi.ts'
import { testUsers, type UserName } from './users.ts'

/** Before 1.34 nothing can hold or stamp; what the validating policies, which are there since 1.30, still refuse. */

let controlPlane: ControlPlane
const open: Transport[] = []
const as = (user: UserName): Api => {
  const transport = undiciTransport(loadKubeConfig({ path: controlPlane.kubeconfigFor(user) }), { clock: systemClock })
  open.push(transport)
  return apiOver(transport, 'default')
}
const command = (spec: Json = {}): Json => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'RolloutCommand',
  metadata: { generateName: 'shop-' },
  spec: { rollout: 'shop', action: 'abort', ...spec },
})

beforeAll(async () => {
  controlPlane = await startControlPlane()
  const admin = as('admin')
  for (const definition of definitions()) {
    await admin.create(definition)
    await served(controlPlane.client(), definition)
  }
  const wanted = guards.map((name) => `serin-${name}`)
  for (const policy of policies({ serinUser: testUsers.serin.username }))
    if (wanted.includes(policy.metadata.name)) await admin.create(policy as unknown as Json)
  const group = 'rbac.authorization.k8s.io'
  const rules = [
    { apiGroups: ['serin.dev'], resources: ['rolloutcommands'], verbs: ['create'] },
    { apiGroups: ['serin.dev'], resources: ['rollouts'], verbs: ['abort'], resourceNames: ['shop'] },
  ]
  await admin.create({ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name: 'aborts' }, rules })
  await admin.create({
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'aborts' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'aborts' },
    subjects: [{ apiGroup: group, kind: 'Group', name: 'developers' }],
  })
  // A policy acts a moment after it is written.
  const forged = () => admin.create(command({ requestedBy: { username: 'nobody' } }), { dryRun: true })
  while (!(await forged().then(() => '', String)).includes('somebody else')) await sleep(100)
})
afterAll(async () => {
  await Promise.all(open.map((transport) => transport.close()))
  await controlPlane?.stop()
})

test('a command needs its verb', async () => {
  await expect(as('anna').create(command({ action: 'promote' }))).rejects.toThrow(
    'anna may not promote rollout shop: needs the verb promote on rollouts.serin.dev',
  )
  expect((await as('anna').create(command())).spec.requestedBy).toBeUndefined()
})

test.each<[string, Json]>([
  ['name', { username: 'the-boss' }],
  ['groups', { username: 'anna', groups: ['developers', 'system:masters'] }],
  ['uid', { username: 'anna', uid: '1' }],
])('nobody claims the %s of somebody else', async (_, requestedBy) => {
  await expect(as('anna').create(command({ requestedBy }))).rejects.toThrow('spec.requestedBy says who asks, and that is somebody else')
})

test('whoever says who he is may', async () => {
  const requestedBy = { username: 'anna', groups: ['developers'], uid: testUsers.anna.uid }
  expect((await as('anna').create(command({ requestedBy }))).spec.requestedBy).toEqual(requestedBy)
})
