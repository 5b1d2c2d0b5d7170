import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { configMap } from './objects.ts'
import { conditions, deployment, ownerOf, replicaSet, rolledOut } from './workloads.ts'

const web = { kind: 'Deployment', name: 'web' } as const
const canary = { kind: 'ReplicaSet', name: 'canary' } as const

/** Sizes of all sets by image. */
async function sizes(t: CaseContext): Promise<Record<string, number>> {
  const sets = await t.items('ReplicaSet')
  return Object.fromEntries(sets.map((set) => [set.spec.template.spec.containers[0].image, set.spec.replicas]).sort())
}

async function sized(t: CaseContext, expected: Record<string, number>): Promise<void> {
  const wanted = JSON.stringify(Object.fromEntries(Object.entries(expected).sort()))
  await t.eventually(`sizes ${wanted}`, async () => JSON.stringify(await sizes(t)) === wanted)
}

async function stays(t: CaseContext, expected: Record<string, number>): Promise<void> {
  const wanted = JSON.stringify(Object.fromEntries(Object.entries(expected).sort()))
  await t.always(`sizes ${wanted}`, 600, async () => JSON.stringify(await sizes(t)) === wanted)
}

/** A rolled-out Deployment of v1 that is then held with v2 in its spec, and its stable set. */
async function heldDeployment(t: CaseContext, replicas: number): Promise<{ held: Json; stable: Json }> {
  await t.prepare(deployment('web', { replicas }))
  await rolledOut(t, 'web')
  const [stable] = await t.items('ReplicaSet')
  const change = { spec: { paused: true, template: { spec: { containers: [{ name: 'app', image: 'app:v2' }] } } } }
  const held = (await t.patch(web, 'strategic', change, { quiet: true })).json
  await t.eventually('the pause is seen', async () => conditions((await t.read(web)) ?? {}).Progressing?.reason === 'DeploymentPaused')
  return { held, stable }
}

/** Something else that owns: here a ConfigMap. */
async function stranger(t: CaseContext): Promise<Json> {
  const [owner] = await t.prepare(configMap('rollout'))
  return ownerOf(owner, { controller: true, blockOwnerDeletion: false })
}

const scale = (t: CaseContext, replicas: number) => t.patch(web, 'merge', { spec: { replicas } }, { subresource: 'scale', quiet: true })

function setOwners(t: CaseContext, name: string, ownerReferences: Json[]): Promise<unknown> {
  return t.patch({ kind: 'ReplicaSet', name }, 'merge', { metadata: { ownerReferences } }, { quiet: true })
}

async function ready(t: CaseContext, name: string, replicas: number): Promise<void> {
  await t.eventually(
    `${name} has ${replicas} available`,
    async () => (await t.read({ kind: 'ReplicaSet', name }))?.status.availableReplicas === replicas,
  )
}

export const ownedSetCases = [
  conformance('a paused Deployment with a new template makes no set and keeps scaling its only one', async (t) => {
    await heldDeployment(t, 2)
    await stays(t, { 'app:v1': 2 })
    await scale(t, 4)
    await sized(t, { 'app:v1': 4 })
    await ready(t, (await t.items('ReplicaSet'))[0].metadata.name, 4)
    await t.eventually('counted', async () => (await t.read(web))?.status.availableReplicas === 4)
    const { status } = (await t.read(web)) ?? {}
    t.observe('conditions', conditions({ status }))
    t.observe('counts', { ...status, conditions: undefined, observedGeneration: undefined })
    await scale(t, 1)
    await sized(t, { 'app:v1': 1 })
  }),
  conformance('let go, a held Deployment goes on to the new template', async (t) => {
    await heldDeployment(t, 2)
    await t.patch(web, 'merge', { spec: { paused: null } }, { quiet: true })
    await rolledOut(t, 'web')
    await sized(t, { 'app:v1': 0, 'app:v2': 2 })
    t.observe('conditions', conditions((await t.read(web)) ?? {}))
  }),
  conformance('a set that another controller owns is left alone', async (t) => {
    await heldDeployment(t, 3)
    const owner = await stranger(t)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 1 }, { ownerReferences: [owner] }))
    await ready(t, 'canary', 1)
    await scale(t, 5)
    await sized(t, { 'app:v1': 5, 'app:v2': 1 })
    await stays(t, { 'app:v1': 5, 'app:v2': 1 })
    expect((await t.read(canary))?.metadata.ownerReferences).toEqual([owner])
  }),
  conformance('an orphan set whose labels match is adopted at once', async (t) => {
    const { held } = await heldDeployment(t, 2)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 1 }))
    await t.eventually('adopted', async () => (await t.read(canary))?.metadata.ownerReferences?.[0].uid === held.metadata.uid)
    t.observe('owners', (await t.read(canary))?.metadata.ownerReferences)
  }),
  conformance('two active owned sets of a paused Deployment are scaled in proportion', async (t) => {
    const { held } = await heldDeployment(t, 4)
    const annotations = { 'deployment.kubernetes.io/desired-replicas': '4', 'deployment.kubernetes.io/max-replicas': '5' }
    const ownerReferences = [ownerOf(held, { controller: true, blockOwnerDeletion: true })]
    // Sets are ordered by age, in whole seconds.
    await t.target.pass(1_100)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 2 }, { ownerReferences, annotations }))
    const total = async () => Object.values(await sizes(t)).reduce((sum, n) => sum + n, 0)
    // Four and one more for the surge.
    await t.eventually('cut to five', async () => (await total()) === 5)
    await t.always('they stay five', 300, async () => (await total()) === 5)
    t.observe('after the second came', await sizes(t))
    await scale(t, 10)
    await t.eventually('scaled to thirteen', async () => (await total()) === 13)
    await t.always('they stay thirteen', 300, async () => (await total()) === 13)
    t.observe('after the scale', await sizes(t))
    expect(Math.min(...Object.values(await sizes(t)))).toBeGreaterThan(0)
  }),
  conformance('a second owned set that is complete takes everything from the first, paused or not', async (t) => {
    const { held } = await heldDeployment(t, 3)
    const ownerReferences = [ownerOf(held, { controller: true, blockOwnerDeletion: true })]
    const annotations = { 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '4' }
    // What is too much is taken from the older of equals.
    await t.target.pass(1_100)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 3 }, { ownerReferences, annotations }))
    await sized(t, { 'app:v1': 0, 'app:v2': 3 })
    await stays(t, { 'app:v1': 0, 'app:v2': 3 })
    expect((await t.read(web))?.spec.paused).toBe(true)
  }),
  conformance('a set whose labels no longer match is released', async (t) => {
    await t.prepare(deployment('web', { replicas: 0, paused: true }))
    const [made] = [(await t.read(web)) ?? {}]
    await t.prepare(
      replicaSet('canary', 'app:v2', {}, { ownerReferences: [ownerOf(made, { controller: true, blockOwnerDeletion: true })] }),
    )
    await t.patch(canary, 'merge', { metadata: { labels: { app: 'other' } } }, { quiet: true })
    await t.eventually('released', async () => !(await t.read(canary))?.metadata.ownerReferences?.length)
  }),
  conformance('owners swapped: the canary becomes the set of the Deployment, and no pod restarts', async (t) => {
    const { held, stable } = await heldDeployment(t, 3)
    const rollout = await stranger(t)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 3 }, { ownerReferences: [rollout] }))
    await ready(t, 'canary', 3)
    const pods = new Set((await t.items('Pod')).map((pod) => pod.metadata.uid))
    const mine = ownerOf(held, { controller: true, blockOwnerDeletion: true })
    await setOwners(t, stable.metadata.name, [rollout, ownerOf(held)])
    await setOwners(t, 'canary', [mine])
    await stays(t, { 'app:v1': 3, 'app:v2': 3 })
    await t.patch(
      web,
      'json',
      [
        { op: 'test', path: '/metadata/generation', value: held.metadata.generation },
        { op: 'remove', path: '/spec/paused' },
      ],
      { quiet: true },
    )
    const object = await rolledOut(t, 'web')
    await stays(t, { 'app:v1': 3, 'app:v2': 3 })
    expect((await t.items('Pod')).every((pod) => pods.has(pod.metadata.uid))).toBe(true)
    t.observe('revision', object.metadata.annotations['deployment.kubernetes.io/revision'])
    // The old set, empty and given back, is ordinary history.
    await t.patch({ kind: 'ReplicaSet', name: stable.metadata.name }, 'merge', { spec: { replicas: 0 } }, { quiet: true })
    await setOwners(t, stable.metadata.name, [mine])
    await stays(t, { 'app:v1': 0, 'app:v2': 3 })
    await t.eventually('complete', async () => conditions((await t.read(web)) ?? {}).Progressing?.reason === 'NewReplicaSetAvailable')
    t.observe('conditions', conditions((await t.read(web)) ?? {}))
    t.observe(
      'revisions',
      (await t.items('ReplicaSet'))
        .map((set) => [set.spec.template.spec.containers[0].image, set.metadata.annotations?.['deployment.kubernetes.io/revision']])
        .sort(),
    )
  }),
  conformance('of two sets with the template the oldest wins', async (t) => {
    const { held } = await heldDeployment(t, 2)
    const mine = ownerOf(held, { controller: true, blockOwnerDeletion: true })
    await t.prepare(replicaSet('elder', 'app:v2', { replicas: 0 }, { ownerReferences: [mine] }))
    // Creation times have whole seconds; equal ones are ordered by name.
    await t.target.pass(1_100)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 0 }, { ownerReferences: [mine] }))
    await t.patch(web, 'merge', { spec: { paused: null } }, { quiet: true })
    await rolledOut(t, 'web')
    expect((await t.read({ kind: 'ReplicaSet', name: 'elder' }))?.spec.replicas).toBe(2)
    expect((await t.read(canary))?.spec.replicas).toBe(0)
  }),
  conformance('a held Deployment handed a serving canary beside its stable set cuts into both when let go', async (t) => {
    const { held } = await heldDeployment(t, 4)
    const rollout = await stranger(t)
    await t.prepare(replicaSet('canary', 'app:v2', { replicas: 4 }, { ownerReferences: [rollout] }))
    await ready(t, 'canary', 4)
    await t.patch(web, 'merge', { spec: { paused: null } }, { quiet: true })
    await setOwners(t, 'canary', [ownerOf(held, { controller: true, blockOwnerDeletion: true })])
    await rolledOut(t, 'web')
    await t.eventually('v1 is empty', async () => (await sizes(t))['app:v1'] === 0)
  }),
  conformance('a ReplicaSet replaces pods that are deleted or relabelled', async (t) => {
    await t.prepare(replicaSet('canary', 'app:v1', { replicas: 2 }))
    await ready(t, 'canary', 2)
    const [first, second] = await t.items('Pod')
    await t.patch({ kind: 'Pod', name: first.metadata.name }, 'merge', { metadata: { labels: { app: 'aside' } } }, { quiet: true })
    await t.eventually(
      'released',
      async () => !(await t.read({ kind: 'Pod', name: first.metadata.name }))?.metadata.ownerReferences?.length,
    )
    await t.delete({ kind: 'Pod', name: second.metadata.name }, undefined, { quiet: true })
    await t.eventually('two again', async () => {
      const pods = (await t.items('Pod', 'app=web')).filter((pod) => !pod.metadata.deletionTimestamp)
      return pods.length === 2 && pods.every((pod) => ![first, second].some((old) => old.metadata.uid === pod.metadata.uid))
    })
  }),
  conformance('a ReplicaSet adopts pods without an owner and deletes what is too much, unready first', async (t) => {
    const labels = { app: 'web', 'pod-template-hash': 'canary' }
    const pod = (name: string, tag: string) => ({
      kind: 'Pod',
      metadata: { name, labels },
      spec: { containers: [{ name: 'app', image: `app:${tag}` }] },
    })
    await t.prepare(pod('good', 'v1'), pod('bad', 'unready'))
    await t.eventually('good is ready', async () =>
      (await t.read({ kind: 'Pod', name: 'good' }))?.status.conditions?.some((one: Json) => one.type === 'Ready' && one.status === 'True'),
    )
    await t.prepare(replicaSet('canary', 'app:v1', { replicas: 1 }))
    await t.eventually('bad is gone', async () => (await t.read({ kind: 'Pod', name: 'bad' })) === undefined)
    t.observe('adopted', (await t.read({ kind: 'Pod', name: 'good' }))?.metadata.ownerReferences)
    await ready(t, 'canary', 1)
    t.observe('status', (await t.read(canary))?.status)
  }),
]
