import { expect, test } from 'vitest'
import type { SandboxOptions } from '../sandbox.ts'
import type { Obj } from '../types.ts'
import type { JobCondition } from './jobStatus.ts'
import { type Cluster, cluster } from './testing/cluster.ts'

interface JobShape {
  image?: string
  restartPolicy?: string
  spec?: Record<string, unknown>
}

function start(c: Cluster, { image = 'smoke:pass', restartPolicy = 'Never', spec = {} }: JobShape = {}): Obj {
  return c.api.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'smoke', namespace: 'default' } as Obj['metadata'],
    spec: { template: { spec: { restartPolicy, containers: [{ name: 'test', image }] } }, ...spec },
  })
}
const job = (c: Cluster): Obj | undefined => c.api.get('batch/v1', 'Job', 'default', 'smoke')
const pods = (c: Cluster): readonly Obj[] => c.api.list('v1', 'Pod', { namespace: 'default', labelSelector: 'job-name=smoke' })
const conditions = (c: Cluster): string[] =>
  ((job(c)?.status.conditions ?? []) as JobCondition[]).map(({ type, status, reason }) => `${type} ${status} ${reason}`)
const settled = async (options?: SandboxOptions) => {
  const c = cluster(options)
  await c.settle()
  return c
}

test('a Job runs one pod to its end and is complete', async () => {
  const c = await settled()
  const { metadata } = start(c)
  await c.clock.advance(1200)
  expect(job(c)?.status).toMatchObject({ active: 1, ready: 1, terminating: 0, uncountedTerminatedPods: {} })
  await c.clock.advance(1000)
  expect(job(c)?.status).toMatchObject({ succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} })
  expect(job(c)?.status.active).toBeUndefined()
  expect(Date.parse(job(c)?.status.completionTime) - Date.parse(job(c)?.status.startTime)).toBeGreaterThan(900)
  expect(conditions(c)).toEqual(['SuccessCriteriaMet True CompletionsReached', 'Complete True CompletionsReached'])
  const [pod, another] = pods(c)
  expect(another).toBeUndefined()
  expect(pod?.status).toMatchObject({
    phase: 'Succeeded',
    containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
  })
  expect(pod?.metadata).toMatchObject({ ownerReferences: [{ kind: 'Job', uid: metadata.uid, controller: true, blockOwnerDeletion: true }] })
  expect(pod?.metadata.finalizers).toBeUndefined()
  c.stop()
})

test('failed pods are replaced after a growing pause until the backoff limit', async () => {
  const c = await settled()
  start(c, { image: 'smoke:fail', spec: { backoffLimit: 2 } })
  await c.clock.advance(8000)
  expect(pods(c)).toHaveLength(1)
  await c.clock.advance(6000)
  expect(pods(c)).toHaveLength(2)
  await c.clock.advance(16_000)
  expect(pods(c)).toHaveLength(2)
  await c.clock.advance(8000)
  expect(pods(c).map(({ status }) => status.phase)).toEqual(['Failed', 'Failed', 'Failed'])
  expect(job(c)?.status).toMatchObject({ failed: 3 })
  expect(job(c)?.status.completionTime).toBeUndefined()
  expect(conditions(c)).toEqual(['FailureTarget True BackoffLimitExceeded', 'Failed True BackoffLimitExceeded'])
  expect(job(c)?.status.conditions.at(-1).message).toBe('Job has reached the specified backoff limit')
  await c.clock.advance(600_000)
  expect(pods(c)).toHaveLength(3)
  c.stop()
})

test('with OnFailure the process restarts in its pod, and restarts count', async () => {
  const c = await settled()
  start(c, { image: 'smoke:fail', restartPolicy: 'OnFailure', spec: { backoffLimit: 1 } })
  await c.clock.runUntil(() => conditions(c).includes('Failed True BackoffLimitExceeded'), { atMost: 60_000 })
  await c.settle()
  expect(pods(c)).toHaveLength(0)
  expect(job(c)?.status).toMatchObject({ failed: 1, terminating: 0 })
  c.stop()
})

test('a Job that takes longer than its deadline fails, and its pod is deleted', async () => {
  const c = await settled()
  start(c, { image: 'smoke:slow', spec: { activeDeadlineSeconds: 20 } })
  await c.clock.advance(19_000)
  expect(job(c)?.status.active).toBe(1)
  await c.clock.advance(2500)
  expect(conditions(c)).toEqual(['FailureTarget True DeadlineExceeded', 'Failed True DeadlineExceeded'])
  expect(job(c)?.status).toMatchObject({ failed: 1, ready: 0 })
  expect(pods(c)).toHaveLength(0)
  c.stop()
})

test('how long it takes and how it ends can be set by image', async () => {
  const c = await settled({ images: { 'check:': { exits: { code: 3, afterMs: 30_000 } } } })
  start(c, { image: 'check:pass', spec: { backoffLimit: 0 } })
  await c.clock.advance(29_000)
  expect(job(c)?.status.active).toBe(1)
  await c.clock.advance(3000)
  expect(pods(c)[0]?.status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
  expect(conditions(c)).toContain('Failed True BackoffLimitExceeded')
  c.stop()
})

test('a finished Job is deleted with its pods when its time to live is over', async () => {
  const c = await settled()
  start(c, { spec: { ttlSecondsAfterFinished: 30 } })
  await c.clock.advance(25_000)
  expect(job(c)).toBeDefined()
  await c.clock.advance(10_000)
  expect(job(c)).toBeUndefined()
  expect(pods(c)).toHaveLength(0)
  c.stop()
})

test.each(['Background', 'Foreground'] as const)('a running Job deleted in the %s takes its pods with it', async (propagation) => {
  const c = await settled()
  start(c, { image: 'smoke:slow' })
  await c.clock.advance(5000)
  expect(pods(c)).toHaveLength(1)
  c.api.delete({ apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', name: 'smoke' }, { propagation })
  await c.clock.advance(2000)
  expect(job(c)).toBeUndefined()
  expect(pods(c)).toHaveLength(0)
  c.stop()
})

test('a pod that somebody deletes counts as failed and is replaced', async () => {
  const c = await settled()
  start(c, { image: 'smoke:slow' })
  await c.clock.advance(5000)
  const [first] = pods(c)
  c.api.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: first?.metadata.name ?? '' })
  await c.clock.advance(15_000)
  expect(pods(c)).toHaveLength(1)
  expect(pods(c)[0]?.metadata.uid).not.toBe(first?.metadata.uid)
  expect(job(c)?.status).toMatchObject({ failed: 1, active: 1 })
  c.stop()
})

test('a suspended Job has no pod until it is resumed', async () => {
  const c = await settled()
  start(c, { spec: { suspend: true } })
  await c.clock.advance(5000)
  expect(pods(c)).toHaveLength(0)
  expect(conditions(c)).toEqual(['Suspended True JobSuspended'])
  c.api.patch(
    { apiVersion: 'batch/v1', kind: 'Job', namespace: 'default', name: 'smoke' },
    { type: 'merge', body: { spec: { suspend: false } } },
  )
  await c.clock.advance(5000)
  expect(conditions(c)).toEqual([
    'Suspended False JobResumed',
    'SuccessCriteriaMet True CompletionsReached',
    'Complete True CompletionsReached',
  ])
  c.stop()
})

test('several completions are reached by as many pods at a time as allowed', async () => {
  const c = await settled()
  start(c, { spec: { completions: 5, parallelism: 2 } })
  await c.clock.advance(1000)
  expect(pods(c)).toHaveLength(2)
  await c.clock.advance(10_000)
  expect(pods(c)).toHaveLength(5)
  expect(job(c)?.status.succeeded).toBe(5)
  c.stop()
})

test('a Job has the defaults of the API, and labels of its own on its pods', async () => {
  const c = await settled()
  const made = start(c)
  const { uid } = made.metadata
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': 'smoke',
    'controller-uid': uid,
    'job-name': 'smoke',
  }
  expect(made.spec).toMatchObject({
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst' } },
  })
  expect(made.metadata.generation).toBe(1)
  c.stop()
})

test.each<[JobShape, string]>([
  [{ restartPolicy: 'Always' }, 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  [{ spec: { backoffLimit: -1 } }, 'spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0'],
  [{ spec: { completionMode: 'Odd' } }, 'spec.completionMode: Unsupported value: "Odd"'],
])('Job %j is refused', async (shape, message) => {
  const c = await settled()
  expect(() => start(c, shape)).toThrow(message)
  c.stop()
})

test('the template of a Job stays as it is', async () => {
  const c = await settled()
  const made = start(c)
  const template = { ...made.spec.template, spec: { ...made.spec.template.spec, terminationGracePeriodSeconds: 5 } }
  expect(() => c.api.update({ ...made, spec: { ...made.spec, template } })).toThrow('field is immutable')
  c.stop()
})
