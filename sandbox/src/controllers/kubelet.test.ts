import { expect, test } from 'vitest'
import type { Obj } from '../types.ts'
import { conditionOf, isReady } from './podState.ts'
import { type Cluster, cluster } from './testing/cluster.ts'

const start = (c: Cluster, image: string, container: Record<string, unknown> = {}, spec: Record<string, unknown> = {}) =>
  c.api.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', labels: { app: 'p' } } as unknown as Obj['metadata'],
    spec: { containers: [{ name: 'app', image, ...container }], ...spec },
  })
const pod = (c: Cluster): Obj => {
  const found = c.api.get('v1', 'Pod', 'default', 'p')
  if (!found) throw new Error('no pod')
  return found
}
const state = (c: Cluster) => pod(c).status?.containerStatuses?.[0]

test('a pod is bound, created, and ready after the start time of its image', async () => {
  const c = cluster({ images: { 'registry.example.org/app:v1': { startMs: 4000 } } })
  start(c, 'registry.example.org/app:v1')
  await c.clock.advance(100)
  expect(pod(c).spec.nodeName).toMatch(/^node-\d$/)
  expect(pod(c).status).toMatchObject({ phase: 'Pending' })
  expect(state(c).state).toEqual({ waiting: { reason: 'ContainerCreating' } })
  expect(isReady(pod(c))).toBe(false)
  const rest = await c.clock.runUntil(() => isReady(pod(c)), { atMost: 10_000 })
  expect(rest).toBeGreaterThan(3800)
  expect(rest).toBeLessThan(4000)
  expect(pod(c).status).toMatchObject({ phase: 'Running' })
  expect(pod(c).status.podIP).toMatch(/^10\.244\.\d+\.\d+$/)
  expect(conditionOf(pod(c), 'ContainersReady')?.status).toBe('True')
  c.stop()
})

test('an image that is in no registry backs off', async () => {
  const c = cluster()
  start(c, 'app:missing')
  await c.clock.advance(1000)
  expect(state(c).state.waiting.reason).toBe('ErrImagePull')
  await c.clock.advance(15_000)
  expect(state(c).state.waiting).toEqual({ reason: 'ImagePullBackOff', message: 'Back-off pulling image "app:missing"' })
  expect(pod(c).status.phase).toBe('Pending')
  c.stop()
})

test('an image that comes into the registry later is pulled then', async () => {
  const c = cluster()
  start(c, 'app:missing')
  await c.clock.advance(1000)
  c.images.set('app:missing', { startMs: 300 })
  await c.clock.advance(1000)
  expect(isReady(pod(c))).toBe(true)
  await c.clock.advance(20_000)
  expect(pod(c).status.phase).toBe('Running')
  c.stop()
})

test('a pod that ails is not ready until it is well again, and its process goes on', async () => {
  const c = cluster()
  start(c, 'app:v1')
  await c.clock.advance(1000)
  const well = c.mishaps.ail(({ metadata }) => metadata.name === 'p')
  await c.clock.advance(100)
  expect(isReady(pod(c))).toBe(false)
  well()
  await c.clock.advance(100)
  expect(isReady(pod(c))).toBe(true)
  expect(state(c).restartCount).toBe(0)
  c.stop()
})

test('a process that is killed is started again', async () => {
  const c = cluster()
  start(c, 'app:v1')
  await c.clock.advance(1000)
  c.mishaps.crash(() => true)
  await c.clock.advance(100)
  expect(isReady(pod(c))).toBe(false)
  await c.clock.advance(1000)
  expect(isReady(pod(c))).toBe(true)
  expect(state(c).restartCount).toBe(1)
  c.stop()
})

test('a program may be ready for a time only', async () => {
  const c = cluster({ images: { 'app:fades': { startMs: 100, readyForMs: 5000 } } })
  start(c, 'app:fades')
  await c.clock.advance(1000)
  expect(isReady(pod(c))).toBe(true)
  await c.clock.advance(5000)
  expect(isReady(pod(c))).toBe(false)
  c.stop()
})

test('a program may be ready again and again', async () => {
  const c = cluster({ images: { 'app:flaps': { startMs: 100, readyForMs: 500, readyEveryMs: 2000 } } })
  start(c, 'app:flaps')
  const seen: boolean[] = []
  for (let n = 0; n < 6; n++) {
    await c.clock.advance(n === 0 ? 400 : 1000)
    seen.push(isReady(pod(c)))
  }
  expect(seen).toEqual([true, false, true, false, true, false])
  c.stop()
})

test('a program that crashes is restarted with a growing back-off', async () => {
  const c = cluster({ images: { 'app:bad': { startMs: 100, crashAfterMs: 2000 } } })
  start(c, 'app:bad')
  await c.clock.runUntil(() => state(c)?.restartCount === 1, { atMost: 5000 })
  await c.clock.runUntil(() => state(c).state.waiting?.reason === 'CrashLoopBackOff', { atMost: 5000 })
  expect(isReady(pod(c))).toBe(false)
  const first = await c.clock.runUntil(() => state(c).restartCount === 2, { atMost: 15_000 })
  await c.clock.runUntil(() => state(c).state.waiting?.reason === 'CrashLoopBackOff', { atMost: 5000 })
  const second = await c.clock.runUntil(() => state(c).restartCount === 3, { atMost: 30_000 })
  expect(Math.round(second / first)).toBe(2)
  c.stop()
})

test('an image changed in the book changes running pods', async () => {
  const c = cluster()
  start(c, 'app:v1')
  await c.settle()
  c.images.set('app:v1', { ready: false })
  await c.settle()
  expect(isReady(pod(c))).toBe(false)
  c.stop()
})

test('the initial delay of the readiness probe counts from the start', async () => {
  const c = cluster()
  start(c, 'app:v1', { readinessProbe: { initialDelaySeconds: 7, httpGet: { path: '/', port: 80 } } })
  await c.clock.advance(6000)
  expect(pod(c).status.phase).toBe('Running')
  expect(isReady(pod(c))).toBe(false)
  await c.clock.advance(2000)
  expect(isReady(pod(c))).toBe(true)
  c.stop()
})

test('a readiness gate holds the pod back until somebody sets its condition', async () => {
  const c = cluster()
  start(c, 'app:v1', {}, { readinessGates: [{ conditionType: 'example.org/gate' }] })
  await c.settle()
  expect(conditionOf(pod(c), 'ContainersReady')?.status).toBe('True')
  expect(conditionOf(pod(c), 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })
  const before = pod(c)
  const conditions = [...before.status.conditions, { type: 'example.org/gate', status: 'True' }]
  c.api.update({ ...before, status: { ...before.status, conditions } }, { subresource: 'status' })
  await c.settle()
  expect(isReady(pod(c))).toBe(true)
  c.stop()
})

test('a deleted pod ends after its preStop hook, at the latest after its grace period', async () => {
  const c = cluster()
  const gone = () => c.api.get('v1', 'Pod', 'default', 'p') === undefined
  const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' }
  const hook = { lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 5'] } } } }
  start(c, 'app:v1', hook)
  await c.settle()
  c.api.delete(target)
  await c.clock.advance(1000)
  expect(isReady(pod(c))).toBe(true)
  expect(Math.round((1000 + (await c.clock.runUntil(gone, { atMost: 10_000 }))) / 1000)).toBe(5)
  start(c, 'app:v1', hook, { terminationGracePeriodSeconds: 2 })
  await c.settle()
  c.api.delete(target)
  expect(Math.round((await c.clock.runUntil(gone, { atMost: 10_000 })) / 1000)).toBe(2)
  start(c, 'app:v1', hook)
  await c.settle()
  c.api.delete(target, { gracePeriodSeconds: 0 })
  expect(gone()).toBe(true)
  c.stop()
})

test.each([
  ['Never', 'tool:pass', 'Succeeded', 0],
  ['OnFailure', 'tool:pass', 'Succeeded', 0],
  ['Never', 'tool:fail', 'Failed', 1],
])('a pod with restartPolicy %s and image %s ends as %s', async (restartPolicy, image, phase, exitCode) => {
  const c = cluster()
  start(c, image, {}, { restartPolicy })
  await c.clock.advance(5000)
  expect(pod(c).status.phase).toBe(phase)
  expect(state(c)).toMatchObject({ restartCount: 0, ready: false, state: { terminated: { exitCode } } })
  expect(conditionOf(pod(c), 'Ready')).toMatchObject({ status: 'False', reason: exitCode === 0 ? 'PodCompleted' : 'PodFailed' })
  await c.clock.advance(600_000)
  expect(pod(c).status.phase).toBe(phase)
  c.stop()
})

test('an ended pod that is deleted goes at once, and one held by a finalizer shows how it ended', async () => {
  const c = cluster()
  const target = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' }
  start(c, 'tool:pass', { lifecycle: { preStop: { sleep: { seconds: 20 } } } }, { restartPolicy: 'Never' })
  await c.clock.advance(5000)
  c.api.delete(target)
  await c.clock.advance(1000)
  expect(c.api.get('v1', 'Pod', 'default', 'p')).toBeUndefined()
  start(c, 'app:v1')
  await c.settle()
  c.api.patch(target, { type: 'merge', body: { metadata: { finalizers: ['example.org/hold'] } } })
  c.api.delete(target)
  await c.settle()
  expect(pod(c).status).toMatchObject({ phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 143 } } }] })
  c.api.patch(target, { type: 'merge', body: { metadata: { finalizers: null } } })
  await c.settle()
  expect(c.api.get('v1', 'Pod', 'default', 'p')).toBeUndefined()
  c.stop()
})
