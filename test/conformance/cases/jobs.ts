import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'

const smoke = { kind: 'Job', name: 'smoke' } as const

function job(image: string, spec: Json = {}, metadata: Json = {}, labels?: Json): Json {
  const template = { ...(labels ? { metadata: { labels } } : {}), spec: { restartPolicy: 'Never', containers: [{ name: 'test', image }] } }
  return { kind: 'Job', metadata: { name: 'smoke', ...metadata }, spec: { template, ...spec } }
}

/** Resolves to the Job once it has that condition. */
function ended(t: CaseContext, condition: 'Complete' | 'Failed'): Promise<Json> {
  return t.eventually(`the Job is ${condition}`, async () => {
    const object = await t.read(smoke)
    return object?.status.conditions?.some(({ type, status }: Json) => type === condition && status === 'True') ? object : undefined
  })
}

/** What its controller and the API say of a Job's pods; the kubelet's part is left out. */
async function podsOf(t: CaseContext): Promise<Json[]> {
  const pods = await t.items('Pod', 'job-name=smoke')
  return pods.map(({ metadata, spec, status }) => ({
    labels: metadata.labels,
    finalizers: metadata.finalizers,
    owners: metadata.ownerReferences,
    generateName: metadata.generateName,
    restartPolicy: spec.restartPolicy,
    phase: status.phase,
  }))
}

const cells = (table: Json): Json => {
  const left = ['Age', 'Duration'].map((name) => table.columnDefinitions.findIndex((column: Json) => column.name === name))
  return {
    columns: table.columnDefinitions.map(({ name, type, format, priority }: Json) => ({ name, type, format, priority })),
    rows: table.rows.map((row: Json) => row.cells.filter((_: Json, index: number) => !left.includes(index))),
  }
}

export const jobCases = [
  conformance('a Job gets defaults, a selector and labels for its pods', async (t) => {
    expect((await t.create(job('app:pass', { suspend: true }, {}, { team: 'shop' }))).status).toBe(201)
    await t.get(smoke, { show: ({ metadata: { labels, generation }, spec }) => ({ labels, generation, spec }) })
    await t.create(job('app:pass', { suspend: true, parallelism: 2, backoffLimit: 1 }, { name: 'wide', labels: { own: 'yes' } }), {
      show: ({ metadata: { labels }, spec }) => ({ labels, spec }),
    })
  }),
  conformance('a Job whose pod succeeds is complete', async (t) => {
    await t.prepare(job('app:pass', {}, {}, { team: 'shop' }))
    const { status } = await ended(t, 'Complete')
    t.observe('status', status)
    t.observe('pods', await podsOf(t))
    await t.list('Job', { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }, show: cells })
  }),
  conformance('a Job fails when more pods failed than its backoff limit', async (t) => {
    await t.prepare(job('app:fail', { backoffLimit: 0 }, {}, { team: 'shop' }))
    const { status } = await ended(t, 'Failed')
    t.observe('status', status)
    t.observe('pods', await podsOf(t))
  }),
  conformance('a Job past its deadline fails and its pod goes', async (t) => {
    // whose image cannot be pulled: it is under way for ever
    await t.prepare(job('app:missing', { activeDeadlineSeconds: 1 }))
    const { status } = await ended(t, 'Failed')
    t.observe('status', status)
    await t.eventually('its pod is gone', async () => (await podsOf(t)).length === 0)
  }),
  conformance('a suspended Job waits, and goes on when it is resumed', async (t) => {
    await t.prepare(job('app:pass', { suspend: true }))
    const suspended = await t.eventually('it is suspended', async () => {
      const object = await t.read(smoke)
      return object?.status.conditions ? object : undefined
    })
    t.observe('status', suspended.status)
    expect(await podsOf(t)).toEqual([])
    await t.patch(smoke, 'merge', { spec: { suspend: false } }, { quiet: true })
    const { status } = await ended(t, 'Complete')
    t.observe('status', status)
  }),
  conformance('pods go with a deleted Job', async (t) => {
    await t.prepare(job('app:missing'))
    await t.eventually('it has a pod', async () => (await podsOf(t)).length === 1)
    t.observe(
      'pods',
      (await podsOf(t)).map(({ phase: _, ...pod }) => pod),
    )
    await t.delete(smoke, { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }, { show: ({ kind }) => kind })
    await t.eventually('its pod is gone', async () => (await t.items('Pod')).length === 0)
    expect(await t.read(smoke)).toBeUndefined()
  }),
  conformance('a pod that is deleted counts as failed', async (t) => {
    await t.prepare(job('app:missing', { backoffLimit: 0 }))
    await t.eventually('it has a pod', async () => (await podsOf(t)).length === 1)
    const [pod] = await t.items('Pod')
    await t.delete({ kind: 'Pod', name: pod.metadata.name }, undefined, { quiet: true })
    const { status } = await ended(t, 'Failed')
    t.observe('status', status)
  }),
  conformance('a Job that cannot be is refused', async (t) => {
    const always = job('app:pass')
    always.spec.template.spec.restartPolicy = 'Always'
    const none = job('app:pass')
    delete none.spec.template.spec.restartPolicy
    for (const wrong of [always, none, job('app:pass', { backoffLimit: -1 }), job('app:pass', { completionMode: 'Odd' })]) {
      expect((await t.create(wrong)).status).toBe(422)
    }
    expect((await t.create(job('app:pass', { completionMode: 'Indexed', parallelism: 1 }))).status).toBe(422)
  }),
  conformance('of a Job only a few fields can be changed', async (t) => {
    await t.prepare(job('app:pass', { suspend: true }))
    expect((await t.patch(smoke, 'merge', { spec: { completions: 2 } })).status).toBe(422)
    expect((await t.patch(smoke, 'merge', { spec: { completionMode: 'Indexed' } })).status).toBe(422)
    const changed = await t.patch(smoke, 'merge', { spec: { backoffLimit: 3, ttlSecondsAfterFinished: 60 } }, { quiet: true })
    expect(changed.status).toBe(200)
    t.observe('generation', changed.json.metadata.generation)
  }),
]
