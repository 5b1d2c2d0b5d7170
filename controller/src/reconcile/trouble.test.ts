import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { at, world } from '../rollout/testing/observed.ts'
import { rested, sceneOf } from '../rollout/testing/run.ts'
import { troubleOf } from './trouble.ts'

const minute = 60_000

const pod = (conditions: object[], containerStatuses: object[] = []): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'shop' },
  spec: {},
  status: { conditions, containerStatuses },
})
const unready = { type: 'Ready', status: 'False' }
const ended = (exitCode: number, reason = 'Error') => ({ terminated: { exitCode, reason, finishedAt: '2026-01-01T00:00:00Z' } })
const looping = pod([unready], [{ restartCount: 9, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended(3) }])
const unscheduled = pod([{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }])
const healthy = pod([{ type: 'Ready', status: 'True' }])

/** What is said of a run that goes back, and waits for pods since so many minutes; and what was asked for that. */
async function said(pods: KubeObject[], { minutes = 10, of = {} as object, set = {} as object } = {}) {
  const o = world({ image: 'v2', held: true, status: rested })
  if (o.workload === 'missing') throw new Error('the world has a workload')
  const waiting = { for: 'stable', because: 'it is slow', since: iso(at) }
  const { run } = sceneOf(o, { run: { stage: 'RollingBack', weight: { wanted: 50, actual: 50 }, waiting, ...of } })
  const asked: string[] = []
  const client = {
    get: async ({ name }: { name: string }) => {
      asked.push(name)
      return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name }, ...set }
    },
    list: async (_: unknown, { labelSelector }: { labelSelector: string }) => {
      asked.push(labelSelector)
      return pods
    },
  } as unknown as KubeClient
  const trouble = await troubleOf(client, 'shop', { status: { ...rested, run }, view: o.workload, now: at + minutes * minute })
  return { trouble, asked }
}

test.each<[string, KubeObject[], string | undefined]>([
  ['crashes', [looping, looping, healthy], 'CrashLoopBackOff, the last by exit code 3 (2 of 3 pods)'],
  [
    'was killed just now',
    [pod([unready], [{ restartCount: 1, state: ended(137, 'OOMKilled') }])],
    'restarted, the last by OOMKilled (1 of 1 pod)',
  ],
  ['has no image', [pod([unready], [{ state: { waiting: { reason: 'ImagePullBackOff' } } }])], 'ImagePullBackOff (1 of 1 pod)'],
  ['has no node', [unscheduled, unscheduled, looping], 'Unschedulable: 0/3 nodes are available (2 of 3 pods)'],
  ['is not ready', [pod([unready], [{ state: { running: {} } }])], 'not ready (1 of 1 pod)'],
  ['starts', [pod([unready], [{ state: { waiting: { reason: 'ContainerCreating' } } }])], 'not ready (1 of 1 pod)'],
  ['is well', [healthy], undefined],
])('what %s is said of most pods', async (_, pods, words) => {
  expect(await said(pods)).toEqual({ trouble: words, asked: ['web-one', 'pod-template-hash=one'] })
})

test('a quota is said in its own words, without the names of pods that never were', async () => {
  const message = 'pods "web-one-x7k2p" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4'
  const set = { status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] } }
  expect((await said([], { set })).trouble).toBe(
    'a pod is forbidden: exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4',
  )
})

test.each<[string, object]>([
  ['that is not late yet', { minutes: 9 }],
  ['whose traffic is back', { of: { weight: { wanted: 0, actual: 0 } } }],
  ['that says so', { of: { waiting: { for: 'stable', because: 'it is slow', since: iso(at), stuck: 'pods do not come back' } } }],
  ['that goes forward', { of: { stage: 'Stepping' } }],
  [
    'whose wait ends by itself',
    { of: { waiting: { for: 'a look', because: 'it is kept', since: iso(at), until: iso(at + 99 * minute) } } },
  ],
])('nothing is read for a run %s', async (_, more) => {
  expect(await said([looping], more)).toEqual({ trouble: undefined, asked: [] })
})
