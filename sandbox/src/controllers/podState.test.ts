import { expect, test } from 'vitest'
import type { Obj } from '../types.ts'
import { availableIn, deletionOrder } from './podState.ts'

interface Shape {
  node?: string
  phase?: string
  ready?: string
  cost?: string
  restarts?: number
  created?: string
}

const pod = (
  name: string,
  { node = 'node-1', phase = 'Running', ready, cost, restarts = 0, created = '2026-01-01T00:00:00Z' }: Shape = {},
): Obj => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    uid: name,
    resourceVersion: '1',
    creationTimestamp: created,
    annotations: cost ? { 'controller.kubernetes.io/pod-deletion-cost': cost } : {},
  },
  spec: { nodeName: node },
  status: {
    phase,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ready ?? created }],
    containerStatuses: [{ restartCount: restarts }],
  },
})

test('a surplus is taken from pods that are unassigned, pending, unready, cheap, crowded, young, in this order', () => {
  const ready = '2026-01-01T00:01:00Z'
  const pods = [
    pod('old', { ready }),
    pod('young', { ready, created: '2026-01-01T00:00:30Z' }),
    pod('restarted', { ready, restarts: 2 }),
    pod('lately-ready', { ready: '2026-01-01T00:09:00Z' }),
    pod('crowded', { ready, node: 'node-2' }),
    pod('cheap', { ready, cost: '-5' }),
    pod('unready'),
    pod('pending', { phase: 'Pending' }),
    pod('unassigned', { node: '', phase: 'Pending' }),
  ]
  const order = [...pods].sort(deletionOrder(({ spec }) => (spec.nodeName === 'node-2' ? 9 : 1)))
  expect(order.map(({ metadata }) => metadata.name)).toEqual(pods.map(({ metadata }) => metadata.name).reverse())
})

test('a pod is available once it has been ready for minReadySeconds', () => {
  const since = Date.parse('2026-01-01T00:01:00Z')
  const ready = pod('a', { ready: '2026-01-01T00:01:00Z' })
  expect(availableIn(ready, 0, since)).toBe(0)
  expect(availableIn(ready, 10, since + 4000)).toBe(6000)
  expect(availableIn(ready, 10, since + 10_000)).toBe(0)
  expect(availableIn(pod('b'), 0, since)).toBeUndefined()
})
