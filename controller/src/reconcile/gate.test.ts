import { expect, test } from 'vitest'
import { kubeClient } from '../kube/client.ts'
import { silentLog } from '../kube/log.ts'
import { memoryApi } from '../kube/testing/memoryApi.ts'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { openGates } from './gate.ts'

function cluster() {
  const clock = virtualClock()
  const api = memoryApi(clock)
  api.objects.set('/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/hold', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: 'hold' },
    spec: {
      matchConstraints: { namespaceSelector: { matchLabels: { team: 'shop' } } },
      matchConditions: [{ name: 'not-serin', expression: "request.userInfo.username != ''" }],
    },
  })
  for (const [name, team] of Object.entries({ one: 'shop', two: 'other' }))
    api.objects.set(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } })
  const client = kubeClient(api.transport().transport, { fieldManager: 'serin' })
  const reads = (namespace: string) => api.requests.filter(({ path }) => path.startsWith(`/api/v1/namespaces/${namespace}`)).length
  return { clock, reads, gates: openGates({ client, clock, log: silentLog }) }
}

test('many who ask for one namespace at a time cost one read of its labels', async () => {
  const { clock, gates, reads } = cluster()
  const looked = gates.look([])
  await clock.advance(1_000)
  await looked
  const asked = Promise.all(Array.from({ length: 10 }, () => Promise.all([gates.of('one'), gates.of('two')])))
  await clock.advance(1_000)
  expect(await asked).toEqual(Array.from({ length: 10 }, () => ['policies', 'paused']))
  expect([reads('one'), reads('two')]).toEqual([1, 1])
})
