import { afterAll, beforeAll, expect, test } from 'vitest'
import { policies } from '../../controller/src/api/policies.ts'
import { systemClock } from '../../controller/src/clock.ts'
import { kubeClient } from '../../controller/src/kube/client.ts'
import { loadKubeConfig } from '../../controller/src/kube/kubeconfig.ts'
import { silentLog } from '../../controller/src/kube/log.ts'
import { undiciTransport } from '../../controller/src/kube/transport.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import { openGates } from '../../controller/src/reconcile/gate.ts'
import { type Api, apiOver } from '../dsl/api.ts'
import { deploymentObject, imageOf, shop } from '../dsl/objects.ts'
import { type ControlPlane, startControlPlane } from './controlPlane.ts'
import { testUsers } from './users.ts'

/** Kubernetes 1.34 and 1.35 have mutating policies as v1beta1 only, where somebody switched it on. The same API server with that version on shows what they do. */

let controlPlane: ControlPlane
let transport: Transport
let admin: Api

beforeAll(async () => {
  controlPlane = await startControlPlane({ runtimeConfig: ['admissionregistration.k8s.io/v1beta1=true'] })
  transport = undiciTransport(loadKubeConfig({ path: controlPlane.kubeconfigFor('admin') }), { clock: systemClock })
  admin = apiOver(transport, 'default')
})
afterAll(async () => {
  await transport?.close()
  await controlPlane?.stop()
})

test('policies of v1beta1 hold a changed template, and the controller finds them where there is no v1', { timeout: 120_000 }, async () => {
  const client = kubeClient(transport, { fieldManager: 'test' })
  const beta = policies({ serinUser: testUsers.serin.username, mutatingVersion: 'v1beta1' })
  // Those of kinds that are not defined here have nothing to act on.
  for (const policy of beta) await client.create(policy)

  await admin.create({ ...deploymentObject(), metadata: { name: shop, labels: { 'serin.dev/managed': shop } } })
  const changed = { spec: { template: { spec: { containers: [{ name: 'web', image: imageOf('v2') }] } } } }
  // A policy acts a moment after it is written.
  await expect
    .poll(async () => (await admin.patch('Deployment', shop, 'strategic', changed, { dryRun: true })).spec.paused, { timeout: 30_000 })
    .toBe(true)
  expect(await admin.patch('Deployment', shop, 'strategic', changed)).toMatchObject({
    spec: { paused: true, template: changed.spec.template },
  })

  const noneOfV1: Transport = {
    send: (request) =>
      transport.send(request.path.includes('/v1/mutatingadmissionpolicies') ? { ...request, path: '/apis/nothing/v1/here' } : request),
    close: () => transport.close(),
  }
  const gates = openGates({ client: kubeClient(noneOfV1, { fieldManager: 'test' }), clock: systemClock, log: silentLog })
  await gates.look([])
  // It runs as the administrator here, whom the policies do not exempt: so they were seen.
  expect(await gates.of('default')).toEqual({
    notOurs: expect.stringMatching(/^the admission policies \(serin-hold-deployments\) do not exempt admin,/),
  })
})
