import type { Json } from '../../cluster/apiClient.ts'
import type { Shop } from '../shop.ts'
import type { Sim } from '../sim.ts'
import type { ActKind } from './act.ts'

const deed = { what: 'deed', concerns: 'shop' } as const

/** How a tool writes what stands in the repository: server-side apply, client-side apply, or a PUT. */
type Way = 'server' | 'client' | 'put'

/** Writes a shop's manifests in that way. What is not there is made. */
function write(sim: Sim, shop: Shop, way: Way): Promise<void> {
  return way === 'server' ? sim.apply(shop) : sim.inTurn(shop, () => writeOver(sim, shop, way))
}

async function writeOver(sim: Sim, shop: Shop, way: Exclude<Way, 'server'>): Promise<void> {
  const api = sim.apiOf(shop)
  const { deployment, service, routes, rollout } = sim.repository.of(shop.name)
  // A PUT takes away what holds a Deployment, where no policy puts it back.
  if (way === 'put' && !sim.guarded(shop)) sim.loosen(shop.name)
  for (const manifest of [deployment, service, ...routes, rollout]) {
    const { kind, metadata } = manifest
    const live = await api.get(kind, metadata.name)
    if (!live) await api.create(manifest)
    else if (way === 'client')
      await api.patch(kind, metadata.name, kind === 'Deployment' || kind === 'Service' ? 'strategic' : 'merge', lastApplied(manifest))
    else await api.replace(replacing(manifest, live))
  }
}

/** What `kubectl apply` writes: every field of the manifest, and the manifest itself. */
function lastApplied(manifest: Json): Json {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(manifest)}\n` }
  return { ...manifest, metadata: { ...manifest.metadata, annotations } }
}

/** What `kubectl replace` writes over an object. From one that is going it takes no finalizer: whoever does that wants it gone uncleaned. */
function replacing(manifest: Json, { metadata: { resourceVersion, deletionTimestamp, finalizers }, spec }: Json): Json {
  const kept = manifest.kind === 'Service' ? { clusterIP: spec.clusterIP, clusterIPs: spec.clusterIPs } : {}
  const metadata = { ...manifest.metadata, resourceVersion, ...(deletionTimestamp ? { finalizers } : {}) }
  return { ...manifest, metadata, spec: { ...manifest.spec, ...kept } }
}

/** Flux, Argo CD or `kubectl apply` writes everything again, as it stands in the repository. */
export const applyAgain: ActKind = {
  ...deed,
  often: 5,
  draw: (draw) => ({ times: draw.whole(1, 3), way: draw.pick<Way>(['server', 'server', 'client', 'put']) }),
  async perform(sim, { times, way }, shop) {
    for (let n = 0; n < times; n++) await write(sim, shop, way)
  },
}

/** A tool that writes everything every few seconds, changed or not. */
export const applyForever: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({
    times: draw.whole(3, 12),
    everyMs: draw.whole(200, 2_000),
    way: draw.pick<Way>(['server', 'server', 'client', 'put']),
  }),
  lasts: ({ times, everyMs }) => times * everyMs,
  perform(sim, { times, everyMs, way }, shop) {
    for (let n = 0; n < times; n++) sim.later(n * everyMs, () => write(sim, shop, way))
  },
}

/** The last commit is taken back, and applied. */
export const revert: ActKind = {
  ...deed,
  often: 3,
  draw: () => ({}),
  async perform(sim, _, shop) {
    if (sim.repository.revert(shop.name) !== undefined) await sim.apply(shop)
  },
}

/** A third version is committed in the middle of it all, and what was there before comes back. */
export const waver: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({
    version: `${draw.pick(['good', 'good', 'crash', 'unready'] as const)}${draw.whole(1, 99)}`,
    ms: draw.pick([0, draw.whole(50, 6_000)]),
  }),
  lasts: ({ ms }) => ms,
  async perform(sim, { version, ms }, shop) {
    sim.repository.release(shop.name, version)
    await sim.apply(shop)
    sim.later(ms, async () => {
      if (sim.repository.revert(shop.name) !== undefined) await sim.apply(shop)
    })
  },
}

/** Some version that was there before is committed again. */
export const releaseAgain: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({ which: draw.next() }),
  async perform(sim, { which }, shop) {
    const known = sim.repository.versionsOf(shop.name)
    const version = known[Math.floor(which * known.length)]
    if (version === undefined) return
    sim.repository.release(shop.name, version)
    await sim.apply(shop)
  },
}

/** One number after the other, and none while manifests are applied: what was asked first and comes last would stay. */
function rescale(sim: Sim, shop: Shop, replicas: number): Promise<void> {
  return sim.inTurn(shop, async () => {
    sim.repository.scale(shop.name, replicas)
    await sim.apiOf(shop).patch('Deployment', shop.name, 'merge', { spec: { replicas } }, { subresource: 'scale' })
  })
}

export const scale: ActKind = {
  ...deed,
  often: 4,
  draw: (draw) => ({
    replicas: draw.weighed([
      [1, 0],
      [6, draw.whole(1, 8)],
    ] as const),
  }),
  perform: (sim, { replicas }, shop) => rescale(sim, shop, replicas),
}

/** A HorizontalPodAutoscaler moves the number of pods again and again, up and down. */
export const autoscale: ActKind = {
  ...deed,
  often: 2,
  fits: ({ replicas }) => replicas > 0,
  draw: (draw) => {
    const sizes: number[] = []
    let size = draw.whole(1, 6)
    for (let n = draw.whole(3, 10); n > 0; n--) {
      size = Math.max(1, Math.min(10, size + draw.whole(-3, 3)))
      sizes.push(size)
    }
    return { sizes, everyMs: draw.whole(100, 2_000) }
  },
  lasts: ({ sizes, everyMs }) => sizes.length * everyMs,
  perform(sim, { sizes, everyMs }, shop) {
    sizes.forEach((size: number, n: number) => {
      sim.later(n * everyMs, () => rescale(sim, shop, size))
    })
  },
}
