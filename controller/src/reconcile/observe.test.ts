import { expect, test } from 'vitest'
import { createStore } from '../kube/store.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { type Caches, rolloutIndex, serviceIndex, workloadIndex } from './caches.ts'
import { observe } from './observe.ts'

const namespace = 'shop'
const rollout = (answers: object[] = []): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace, uid: 'rollout-uid', resourceVersion: '1', generation: 1 },
  spec: { workload: { name: 'web' } },
  status: { phase: 'Healthy', message: '', observedGeneration: 1, conditions: [], history: [], lastRun: 0, answers },
})
const command = (resourceVersion: string, status?: object): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'RolloutCommand',
  metadata: { name: 'promote-1', namespace, uid: 'promote-uid', resourceVersion },
  spec: { rollout: 'web', action: 'promote' },
  ...(status ? { status } : {}),
})

/** What is seen of commands, and which were read, when the cache knows one without an answer and the API server has it so. */
async function seen(present: KubeObject | undefined, of: KubeObject = rollout()) {
  const nothing = { indexes: Object.fromEntries([rolloutIndex, serviceIndex, workloadIndex].map((index) => [index, () => []])) }
  const commands = createStore({ indexes: { [rolloutIndex]: () => [`${namespace}/web`] } })
  commands.saw(command('5'))
  const rollouts = createStore(nothing)
  rollouts.saw(of)
  const empty = createStore(nothing)
  const caches = { rollouts, commands, workloads: empty, sets: empty, services: empty, slices: empty, analyses: empty } as unknown as Caches
  const read: string[] = []
  const get = async ({ kind, name }: { kind: string; name: string }) => {
    read.push(`${kind} ${name}`)
    return kind === 'RolloutCommand' ? present : undefined
  }
  const observed = await observe(`${namespace}/web`, { client: { get } as unknown as KubeClient, caches, gateOf: async () => 'policies' })
  if (observed === 'gone') throw new Error('the Rollout is there')
  return { commands: observed.commands.map(({ metadata }) => metadata.name), read: read.filter((one) => one.startsWith('RolloutCommand')) }
}

test('a command is read once more before it is obeyed: another leader may have answered it, and the cache not know', async () => {
  expect(await seen(command('5'))).toEqual({ commands: ['promote-1'], read: ['RolloutCommand promote-1'] })
  expect(await seen(command('9', { phase: 'Done' }))).toMatchObject({ commands: [] })
  expect(await seen(undefined)).toMatchObject({ commands: [] })
})

test('a command that was obeyed is not read again until it shows its answer', async () => {
  const obeyed = rollout([{ uid: 'promote-uid', name: 'promote-1', phase: 'Done', message: 'so be it' }])
  expect(await seen(undefined, obeyed)).toEqual({ commands: ['promote-1'], read: [] })
})
