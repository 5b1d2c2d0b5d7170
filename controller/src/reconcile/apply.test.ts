import { expect, test } from 'vitest'
import { KubeError } from '../kube/errors.ts'
import { silentLog } from '../kube/log.ts'
import type { KubeClient, KubeObject, Ref } from '../kube/types.ts'
import type { Action } from '../rollout/actions.ts'
import { ActionFailed, apply, type Writer } from './apply.ts'

const set: KubeObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web-one', namespace: 'shop' } }
const emptied: Action = {
  verb: 'patch',
  target: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web-one' },
  ops: [{ op: 'replace', path: '/spec/replicas', value: 0 }],
  because: 'nothing sends to it',
  fenced: true,
}

/** Where writes are counted, and nothing is cached. */
function writer(): Writer & { written: string[] } {
  const written: string[] = []
  const patch = async ({ name }: Ref): Promise<KubeObject> => {
    written.push(name)
    return set
  }
  const client = { patch } as unknown as KubeClient
  return { client, caches: { storeOf: () => undefined } as unknown as Writer['caches'], log: silentLog, written }
}

const overtaken = async () => {
  throw new KubeError({ status: 409, reason: 'Conflict', message: 'another controller wrote the Rollout meanwhile' })
}

test('pods are not taken away by who was overtaken, and it looks again', async () => {
  const world = writer()
  const failed = await apply([emptied], world, overtaken).catch((error: unknown) => error)
  expect(world.written).toEqual([])
  expect(failed).toBeInstanceOf(ActionFailed)
  expect((failed as ActionFailed).outdated).toBe(true)
})

test('a set changes hands only over the workload that was seen: who is behind learns of the present one, and looks again', async () => {
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
  const learned: (number | undefined)[] = []
  const caches = {
    storeOf: () => ({ wrote: ({ metadata }: KubeObject) => learned.push(metadata.generation) }),
  } as unknown as Writer['caches']
  const handOver = (presumed: number) => {
    const world = writer()
    const get = async () => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', generation: 7 } })
    const client = { ...world.client, get } as unknown as KubeClient
    const given: Action = { ...emptied, presumes: { workload, generation: presumed } }
    return apply([given], { ...world, client, caches }).then(
      () => world.written,
      (error: unknown) => (error as ActionFailed).outdated,
    )
  }
  expect(await handOver(7)).toEqual(['web-one'])
  learned.length = 0
  expect(await handOver(6)).toBe(true)
  expect(learned).toEqual([7])
})

test('a Service is not taken away by who was overtaken', async () => {
  const deleted: string[] = []
  const client = { delete: async ({ name }: Ref) => void deleted.push(name) } as unknown as KubeClient
  const target = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web-canary' }
  const gone: Action = { verb: 'delete', target, uid: '1', because: 'nothing sends to it', fenced: true }
  await expect(apply([gone], { ...writer(), client }, overtaken)).rejects.toThrow(ActionFailed)
  expect(deleted).toEqual([])
})

test('what takes nothing away asks nobody', async () => {
  const world = writer()
  await apply([{ ...emptied, fenced: false }], world, overtaken)
  expect(world.written).toEqual(['web-one'])
})
