import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../cluster/apiClient.ts'
import type { Cluster } from '../dsl/cluster.ts'
import { controllersOn } from '../dsl/controllers.ts'
import { type Death, type Lifeline, lifeline } from '../dsl/lifeline.ts'
import { shop } from '../dsl/objects.ts'
import { seededRandom } from '../dsl/seededRandom.ts'
import { type ArgoShop, argoHash, argoShop, release, type ShopOptions, stripped } from './argoShop.ts'
import { type Said, type as typed } from './typing.ts'

const hashLabel = 'pod-template-hash'
const command = `migrate argo ${shop} --settle 1s --timeout 20s`

export interface Stage {
  open(): Cluster
  /** Tells of every change of an EndpointSlice in the namespace. */
  watchEndpoints(cluster: Cluster, namespace: string, tell: (slice: Json) => void): Promise<() => Promise<void>>
}

/** A shop of Argo's with Serin's controller at work, and what is wanted of every migration: the pods stay, and there is always an endpoint. */
async function stageOf({ open, watchEndpoints }: Stage, options: ShopOptions = {}) {
  const cluster = open()
  const at = await argoShop(cluster, options)
  const { namespace } = at
  const controllers = controllersOn(cluster, seededRandom(1))
  controllers.start({ namespace })
  const empty: string[] = []
  const unwatch = await watchEndpoints(cluster, namespace, (slice) => {
    if (slice.metadata.labels['kubernetes.io/service-name'] !== shop) return
    if (!(slice.endpoints ?? []).some((each: Json) => each.conditions?.ready)) empty.push(slice.metadata.resourceVersion)
  })
  const line: Lifeline = lifeline(cluster.transportFor('admin'))
  const before = identities(await at.pods())
  return {
    ...at,
    line,
    before,
    empty,
    serin: (words: string, dead?: AbortSignal): Promise<Said> => typed(cluster, namespace, line, words, dead),
    async samePods() {
      expect(identities(await at.pods())).toEqual(before)
      expect(empty).toEqual([])
    },
    async end() {
      await unwatch()
      await controllers.stop()
      await cluster.leave(namespace)
      await cluster.stop()
    },
  }
}
type Staged = Awaited<ReturnType<typeof stageOf>>

const identities = (pods: Json[]) =>
  pods.map(({ metadata, status }) => [metadata.name, metadata.uid, status?.containerStatuses?.[0]?.restartCount ?? 0])

/** Everything that a migration may touch, without what changes by itself. */
async function world(it: ArgoShop): Promise<Json> {
  const { client, namespace, get, argo, pods } = it
  const sets = await client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace })
  const services = await client.list({ apiVersion: 'v1', kind: 'Service' }, { namespace })
  const some = async (apiVersion: string, kind: string) => {
    const found = await get(apiVersion, kind, shop)
    return found && stripped(found)
  }
  const withoutAddress = ({ spec: { clusterIP, clusterIPs, ...spec }, ...service }: Json) => ({ ...service, spec })
  return JSON.parse(
    JSON.stringify({
      argo: stripped(await argo()),
      sets: sets.map(stripped).map((set) => (set.metadata.name === it.setName ? set : withoutRevision(set))),
      services: services.map(stripped).map(withoutAddress),
      pods: (await pods()).map(({ metadata: { name, uid, labels, ownerReferences } }) => ({ name, uid, labels, ownerReferences })),
      route: await some('gateway.networking.k8s.io/v1', 'HTTPRoute'),
      scaler: await some('autoscaling/v2', 'HorizontalPodAutoscaler'),
      deployment: withoutRevision(await some('apps/v1', 'Deployment')),
      serin: (await some('serin.dev/v1alpha1', 'Rollout'))?.spec,
    }),
  )
}

/** What the native controller notes on whatever it once owned; it means nothing to anybody else. */
function withoutRevision(object: Json): Json {
  if (!object) return object
  const { annotations = {}, ...metadata } = object.metadata
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith('deployment.kubernetes.io/'))
  return { ...object, metadata: { ...metadata, ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}) } }
}

async function migrated(s: Staged): Promise<void> {
  const [set, deployment, serin] = await Promise.all([
    s.get('apps/v1', 'ReplicaSet', s.setName),
    s.get('apps/v1', 'Deployment', shop),
    s.get('serin.dev/v1alpha1', 'Rollout', shop),
  ])
  expect(set.metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', uid: deployment.metadata.uid, controller: true }])
  expect(deployment.spec.paused ?? false).toBe(false)
  expect(deployment.metadata.labels?.['serin.dev/managed']).toBe(shop)
  expect(deployment.status).toMatchObject({
    replicas: s.before.length,
    updatedReplicas: s.before.length,
    availableReplicas: s.before.length,
  })
  expect(serin.status).toMatchObject({ phase: 'Healthy', stable: { set: s.setName, hash: set.metadata.labels[hashLabel] } })
  for (const pod of await s.pods()) expect(pod.metadata.labels[hashLabel]).toBe(set.metadata.labels[hashLabel])
}

export function stories(stage: Stage): void {
  let s: Staged | undefined
  const given = async (options: ShopOptions = {}): Promise<Staged> => {
    s = await stageOf(stage, options)
    return s
  }
  beforeEach(() => {
    s = undefined
  })
  afterEach(async () => {
    await s?.end()
  })

  it('a routed canary becomes a Deployment with its pods, and Serin guards it', async () => {
    const it = await given({ autoscaler: true })
    const said = await it.serin(command)
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(said.out).toContain('3 of 3 pods are the same as before')
    await migrated(it)
    expect((await it.get('v1', 'Service', shop)).spec.selector).toEqual({ app: shop })
    expect(await it.get('v1', 'Service', `${shop}-canary`)).toBeUndefined()
    const { spec } = await it.get('gateway.networking.k8s.io/v1', 'HTTPRoute', shop)
    expect(spec.rules[0].backendRefs).toMatchObject([{ name: shop, port: 80 }])
    const scaler = await it.get('autoscaling/v2', 'HorizontalPodAutoscaler', shop)
    expect(scaler.spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: shop })
    await it.samePods()
  })

  it('the next release is a run of Serin, and the one after it leaves the label of Argo behind', async () => {
    const it = await given()
    expect(await it.serin(command)).toMatchObject({ code: 0 })
    const quick = { spec: { keepOld: '1s', traffic: { drain: '1s', verify: { settle: '1s' } } } }
    await it.client.merge(it.ref('serin.dev/v1alpha1', 'Rollout', shop), quick)
    for (const [version, metadata] of [
      ['v2', {}],
      ['v3', { labels: { [argoHash]: null } }],
    ] as const) {
      await release(it, version, metadata)
      await it.until(`${version} to be promoted`, async () => {
        const { status } = await it.get('serin.dev/v1alpha1', 'Rollout', shop)
        return status.phase === 'Healthy' && status.stable.images[0] === `demo:${version}`
          ? undefined
          : `${status.phase}: ${status.message}`
      })
    }
    await it.until('the old pods to go', async () => ((await it.pods()).length === 3 ? undefined : 'they are there'))
    for (const { metadata, spec } of await it.pods()) {
      expect(metadata.labels[argoHash]).toBeUndefined()
      expect(spec.containers[0].image).toBe('demo:v3')
    }
    expect(it.empty).toEqual([])
  })

  it('a dry run prints every step and the objects, and changes nothing', async () => {
    const it = await given()
    const before = await world(it)
    const said = await it.serin(`${command} --dry-run`)
    expect(said.code).toBe(0)
    expect(said.out).toContain('kind: Deployment')
    expect(said.out).toContain('apiVersion: serin.dev/v1alpha1')
    expect(it.line.log).toEqual([])
    expect(await world(it)).toEqual(before)
  })

  describe.each<[string, ShopOptions]>([
    ['a routed canary with an autoscaler', { autoscaler: true }],
    ['blue/green', { strategy: 'blueGreen' }],
    ['a Rollout with workloadRef', { strategy: 'routed', referenced: true }],
    ['pods in proportion', { strategy: 'plain' }],
  ])('%s', (_, options) => {
    it('goes there and back: everything is as it was', async () => {
      const it = await given(options)
      const before = await world(it)
      expect(await it.serin(command)).toMatchObject({ code: 0 })
      await migrated(it)
      await it.samePods()
      expect(await it.serin(`${command} --back`)).toMatchObject({ code: 0 })
      expect(await world(it)).toEqual(before)
      await it.samePods()
      await it.answer()
      expect(await it.serin(command)).toMatchObject({ code: 0 })
      await migrated(it)
      await it.samePods()
    })
  })

  it('finished, the Rollout of Argo goes, and with it nothing that runs', async () => {
    const it = await given({ referenced: true })
    expect(await it.serin(`${command} --finish`)).toMatchObject({ code: 1, err: expect.stringContaining('is not complete') })
    expect(await it.serin(command)).toMatchObject({ code: 0 })
    expect(await it.serin(`${command} --finish`)).toMatchObject({ code: 0 })
    await it.until('the Rollout of Argo to be gone', async () => ((await it.argo()) ? 'it is there' : undefined))
    // What the garbage collector would take, it takes soon.
    await it.cluster.pass(2_000)
    await migrated(it)
    await it.samePods()
    expect(await it.serin(command)).toMatchObject({ code: 3, err: expect.stringContaining('is finished') })
  })
}

/** Killed at each write in turn (or every so many), and typed again: the same end as in peace. */
export async function everyWrite(
  stage: Stage,
  options: ShopOptions,
  words: string,
  { prepare, stride = 1 }: { prepare?: string; stride?: number } = {},
) {
  const peace = await stageOf(stage, options)
  if (prepare) expect(await peace.serin(prepare)).toMatchObject({ code: 0 })
  const from = peace.line.writes()
  expect(await peace.serin(words)).toMatchObject({ code: 0 })
  const writes = peace.line.writes() - from
  const end = comparable(await world(peace))
  await peace.end()
  expect(writes).toBeGreaterThan(8)
  for (let atWrite = 1; atWrite <= writes; atWrite += stride) {
    for (const write of ['done', 'not done'] as const) await dying(stage, options, words, prepare, { atWrite, write }, end)
  }
}

async function dying(
  stage: Stage,
  options: ShopOptions,
  words: string,
  prepare: string | undefined,
  death: Death,
  end: Json,
): Promise<void> {
  const it = await stageOf(stage, options)
  try {
    if (prepare) expect(await it.serin(prepare)).toMatchObject({ code: 0 })
    const killed = new AbortController()
    it.line.dieAt(death, () => killed.abort())
    expect((await it.serin(words, killed.signal)).code, 'it is dead').not.toBe(0)
    const again = await it.serin(words)
    const note = `dead at write ${death.atWrite} (${death.write}): ${again.out}${again.err}`
    // The last write done and its answer lost: there is nothing left to take back.
    if (!again.err.includes('nothing to take back')) expect(again.code, note).toBe(0)
    expect(comparable(await world(it)), note).toEqual(end)
    await it.samePods()
  } finally {
    await it.end()
  }
}

/** Names and uids differ from cluster to cluster. */
function comparable(of: Json): Json {
  const { pods, argo, ...rest } = of
  const { annotations: _, ...metadata } = argo.metadata
  const text = JSON.stringify({ ...rest, argo: { ...argo, metadata }, pods: pods.map(({ labels }: Json) => labels) })
  return JSON.parse(text.replace(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"uid"').replace(/"namespace":"[^"]*"/g, '"namespace":""'))
}
