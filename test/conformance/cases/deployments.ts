import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { conditions, deployment, rolledOut, setsOf } from './workloads.ts'

const web = { kind: 'Deployment', name: 'web' } as const
const image = (tag: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image: `app:${tag}` }] } } } })

/** A Deployment as people read it. */
function told(object: Json): Json {
  // How many pods are still ending is a matter of moments.
  const { conditions: _1, observedGeneration: _2, terminatingReplicas: _3, ...counts } = object.status
  return { revision: object.metadata.annotations?.['deployment.kubernetes.io/revision'], counts, conditions: conditions(object) }
}

const sizes = async (t: CaseContext) => (await setsOf(t)).map(({ image: name, wanted, revision }) => [name, wanted, revision])

async function release(t: CaseContext, tag: string): Promise<Json> {
  await t.patch(web, 'strategic', image(tag), { quiet: true })
  return rolledOut(t, 'web')
}

/** Waits until sets have these sizes, by image and in the order of revisions. */
async function sized(t: CaseContext, expected: [string, number][]): Promise<void> {
  await t.eventually(
    `sizes ${JSON.stringify(expected)}`,
    async () => JSON.stringify((await setsOf(t)).map((set) => [set.image, set.wanted])) === JSON.stringify(expected),
  )
}

export const deploymentCases = [
  conformance('a new Deployment makes one set and is available', async (t) => {
    await t.prepare(deployment('web', { replicas: 3 }))
    const object = await rolledOut(t, 'web')
    await t.eventually('complete', async () => conditions((await t.read(web)) ?? {}).Progressing?.reason === 'NewReplicaSetAvailable')
    t.observe('deployment', told((await t.read(web)) ?? {}))
    const [set] = await t.items('ReplicaSet')
    expect(set.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
    expect(set.metadata.ownerReferences[0].uid).toBe(object.metadata.uid)
    t.observe('set', { ...set, status: set.status, metadata: { ...set.metadata, resourceVersion: undefined } })
    const [pod] = await t.items('Pod')
    t.observe('pod', { labels: pod.metadata.labels, owners: pod.metadata.ownerReferences, generateName: pod.metadata.generateName })
    expect(pod.metadata.name).toMatch(new RegExp(`^${set.metadata.name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`))
  }),
  conformance('a new template rolls to a second set, and the first stays as history', async (t) => {
    await t.prepare(deployment('web', { replicas: 3 }))
    await rolledOut(t, 'web')
    await release(t, 'v2')
    await sized(t, [
      ['app:v1', 0],
      ['app:v2', 3],
    ])
    t.observe('sets', await sizes(t))
    t.observe('deployment', told(await rolledOut(t, 'web')))
    expect(await sizes(t)).toEqual([
      ['app:v1', 0, '1'],
      ['app:v2', 3, '2'],
    ])
  }),
  conformance('going back uses the old set again under a new revision', async (t) => {
    await t.prepare(deployment('web', { replicas: 2 }))
    await rolledOut(t, 'web')
    await release(t, 'v2')
    await release(t, 'v1')
    await sized(t, [
      ['app:v2', 0],
      ['app:v1', 2],
    ])
    expect(await sizes(t)).toEqual([
      ['app:v2', 0, '2'],
      ['app:v1', 2, '3'],
    ])
    const [, newest] = (await t.items('ReplicaSet')).sort((x, y) => x.spec.replicas - y.spec.replicas)
    t.observe('annotations', newest.metadata.annotations)
    expect(newest.metadata.annotations['deployment.kubernetes.io/revision-history']).toBe('1')
  }),
  conformance('what differs only in metadata of the Deployment makes no new set', async (t) => {
    await t.prepare(deployment('web', { replicas: 1 }))
    await rolledOut(t, 'web')
    await t.patch(
      web,
      'merge',
      { metadata: { labels: { x: 'y' }, annotations: { n: 'm' } }, spec: { minReadySeconds: 0, revisionHistoryLimit: 5 } },
      { quiet: true },
    )
    await rolledOut(t, 'web')
    await t.always('one set', 300, async () => (await t.items('ReplicaSet')).length === 1)
    const [set] = await t.items('ReplicaSet')
    t.observe('set', { labels: set.metadata.labels, annotations: set.metadata.annotations })
  }),
  conformance('a set takes over annotations of the Deployment but its own', async (t) => {
    const object = deployment('web', { replicas: 0 })
    object.metadata.annotations = {
      team: 'x',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'deployment.kubernetes.io/revision': '7',
    }
    await t.prepare(object)
    const set = await t.eventually('a set', async () => (await t.items('ReplicaSet'))[0])
    t.observe('annotations', set.metadata.annotations)
    expect(set.metadata.annotations.team).toBe('x')
  }),
  conformance('a version that never gets ready keeps the old one serving', async (t) => {
    await t.prepare(deployment('web', { replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }))
    await rolledOut(t, 'web')
    await t.patch(web, 'strategic', image('missing'), { quiet: true })
    await sized(t, [
      ['app:v1', 3],
      ['app:missing', 2],
    ])
    await t.always('nothing more moves', 500, async () => JSON.stringify((await setsOf(t)).map(({ wanted }) => wanted)) === '[3,2]')
    await t.eventually('counted', async () => (await t.read(web))?.status.replicas === 5)
    t.observe('deployment', told((await t.read(web)) ?? {}))
    const waits = (pod: Json) => pod.status.containerStatuses?.[0].state.waiting?.reason
    await t.eventually(
      'two wait for their image',
      async () => (await t.items('Pod')).filter((pod) => waits(pod) === 'ImagePullBackOff').length === 2,
    )
  }),
  conformance('a broken version in the way is scaled down first by the next', async (t) => {
    await t.prepare(deployment('web', { replicas: 3 }))
    await rolledOut(t, 'web')
    await t.patch(web, 'strategic', image('missing'), { quiet: true })
    await sized(t, [
      ['app:v1', 3],
      ['app:missing', 1],
    ])
    await release(t, 'v3')
    await sized(t, [
      ['app:v1', 0],
      ['app:missing', 0],
      ['app:v3', 3],
    ])
    t.observe('sets', await sizes(t))
  }),
  conformance('progress that takes too long is told', async (t) => {
    await t.prepare(deployment('web', { replicas: 1, progressDeadlineSeconds: 1 }, 'app:missing'))
    await t.eventually('told', async () => conditions((await t.read(web)) ?? {}).Progressing?.reason === 'ProgressDeadlineExceeded')
    t.observe('conditions', conditions((await t.read(web)) ?? {}))
  }),
  conformance('Recreate ends the old pods before it starts new ones', async (t) => {
    await t.prepare(deployment('web', { replicas: 2, strategy: { type: 'Recreate' } }))
    await rolledOut(t, 'web')
    const [old] = await t.items('ReplicaSet')
    await t.patch(web, 'strategic', image('v2'), { quiet: true })
    await t.eventually('the new set has pods', async () =>
      (await t.items('ReplicaSet')).some((set) => set.metadata.uid !== old.metadata.uid && set.spec.replicas === 2),
    )
    const pods = await t.items('Pod')
    expect(pods.some((pod) => pod.metadata.ownerReferences[0].uid === old.metadata.uid)).toBe(false)
    t.observe('deployment', told(await rolledOut(t, 'web')))
  }),
  conformance('history beyond its limit is deleted', async (t) => {
    await t.prepare(deployment('web', { replicas: 1, revisionHistoryLimit: 1 }))
    await rolledOut(t, 'web')
    for (const tag of ['v2', 'v3', 'v4']) await release(t, tag)
    await t.eventually('two sets are left', async () => (await setsOf(t)).length === 2)
    expect((await setsOf(t)).map((set) => set.image)).toEqual(['app:v3', 'app:v4'])
  }),
  conformance('pods count as available minReadySeconds after they are ready', async (t) => {
    await t.prepare(deployment('web', { replicas: 1, minReadySeconds: 2 }))
    const early = await t.eventually('ready', async () => {
      const object = await t.read(web)
      return object?.status.readyReplicas === 1 && object
    })
    expect(early.status.availableReplicas).toBeUndefined()
    t.observe('early', told(early))
    t.observe('later', told(await rolledOut(t, 'web')))
  }),
  conformance('scaling keeps the template and changes the numbers', async (t) => {
    await t.prepare(deployment('web', { replicas: 1 }))
    await rolledOut(t, 'web')
    await t.patch(web, 'merge', { spec: { replicas: 4 } }, { subresource: 'scale', quiet: true })
    t.observe('up', told(await rolledOut(t, 'web')))
    const [set] = await t.items('ReplicaSet')
    t.observe('annotations', set.metadata.annotations)
    expect(set.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/desired-replicas': '4',
      'deployment.kubernetes.io/max-replicas': '5',
    })
    await t.patch(web, 'merge', { spec: { replicas: 0 } }, { subresource: 'scale', quiet: true })
    t.observe('down', told(await rolledOut(t, 'web')))
  }),
  conformance('deleting a Deployment takes its sets and pods along', async (t) => {
    await t.prepare(deployment('web', { replicas: 2 }))
    await rolledOut(t, 'web')
    await t.delete(web, undefined, { quiet: true })
    await t.eventually('all is gone', async () => (await t.items('ReplicaSet')).length + (await t.items('Pod')).length === 0)
  }),
]
