import { expect, test } from 'vitest'
import { silentLog } from '../kube/log.ts'
import { createStore } from '../kube/store.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { plan } from '../rollout/plan.ts'
import { at, setObject, world } from '../rollout/testing/observed.ts'
import { type Caches, rolloutIndex, serviceIndex, workloadIndex } from './caches.ts'
import { reconcile, type World } from './reconcile.ts'

test('a leader whose copy of the Rollout is behind writes nothing behind a fence, and looks again at the present one', async () => {
  const indexes = { [rolloutIndex]: () => ['shop/web'], [workloadIndex]: () => [], [serviceIndex]: () => [] }
  const storeOf = (...objects: KubeObject[]) => {
    const store = createStore({ indexes })
    for (const object of objects) store.saw({ ...object, metadata: { resourceVersion: '1', ...object.metadata } })
    return store
  }
  const version = { hash: 'old', set: 'web-old', template: 'old', images: ['demo:v0'] }
  const status = { ...plan(world({}), at).status, kept: { version, until: '2026-01-01T00:00:00Z', from: 1, routed: true } }
  const seen = world({ status })
  if (seen.workload === 'missing') throw new Error('there is a workload')
  const rollout: KubeObject = { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', ...seen.rollout }
  const old = setObject('web-old', 'v0', { owner: 'rollout', replicas: 4 })
  const caches = {
    rollouts: storeOf(rollout),
    workloads: storeOf(seen.workload.object),
    sets: storeOf(old),
    commands: storeOf(),
    services: storeOf(),
    slices: storeOf(),
    analyses: storeOf(),
    storeOf: () => undefined,
  } as unknown as Caches
  const present = { ...rollout, metadata: { ...rollout.metadata, resourceVersion: '8' } }
  const asked: string[] = []
  const client = new Proxy({} as KubeClient, {
    get: (_, verb: string) => async (ref: { kind?: string }) => {
      asked.push(`${verb} ${ref.kind}`)
      return present
    },
  })
  const leader = {
    client,
    caches,
    clock: { now: () => at },
    gateOf: async () => 'policies',
    complaints: new Set(),
    log: silentLog,
    tell: () => {},
  }

  expect(await reconcile('shop/web', leader as unknown as World)).toBe('soon')
  expect(asked).toEqual(['get Rollout'])
  expect(caches.rollouts.byKey('shop/web')?.metadata.resourceVersion).toBe('8')
})
