import type { Json } from '../cluster/apiClient.ts'
import { autoscalerObject, host, shop } from './objects.ts'
import type { Story } from './scenario.ts'
import { versionOfTemplate } from './sight.ts'
import { told, Unexpected, type World } from './world.ts'

const minute = 60_000

export const cpu: Json = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }
export const memoryOf = (mib: number): Json => ({
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue: `${mib}Mi` } },
})
export const external = (name: string, target: Json): Json => ({ type: 'External', external: { metric: { name }, target } })

export interface Shop {
  /** Of the Deployment, from the oldest. */
  sizes: number[]
  /** Of the ReplicaSet of the new version. */
  canary: number[]
  /** Requests per second of all clients from now on. */
  load(rps: number): void
  rps(): number
}

export interface ShopOptions {
  metrics: Json[]
  /** Of all pods; a pod takes 50 milliseconds of a core for each request and requests 200 thousandths of a core. */
  memory?: { mib: number; mibPerRequestRate: number }
  replicas?: number
  rps?: number
  behavior?: Json
  spec?: Json
}

/** Given a shop with traffic whose autoscaler has been content with its size for some minutes. Two requests a second are what it wants a pod to have. */
export async function autoscaledShop({ given, world }: Pick<Story, 'given' | 'world'>, options: ShopOptions): Promise<Shop> {
  const { metrics, memory, replicas = 6, rps = replicas * 2, spec = {} } = options
  const { inside } = world.cluster
  if (!inside) throw new Unexpected('pods use nothing in this cluster: mark the scenario with only: embedded')
  inside.images.set('demo:v', { cpu: { idleMilli: 0, requestMs: 50 }, ...(memory ? { memory } : {}) })
  const shape = { replicas, preStopSeconds: 1, requests: { cpu: '200m', memory: '256Mi' } }
  if (spec.mode === 'Pods') await given.shopWithService({ canary: spec.canary }, shape)
  else await given.shopWithRoute(spec, shape)
  await world.cluster.pass(500)
  const via = spec.mode === 'Pods' ? { service: shop, namespace: world.namespace } : { host }
  let rate = rps
  const client = inside.load.start({ via, rps, name: 'clients' })
  const seen: Shop = {
    sizes: [],
    canary: [],
    load: (next) => {
      rate = next
      client.setRate(next)
    },
    rps: () => rate,
  }
  for (const name of metrics.flatMap(({ external: one }) => (one ? [one.metric.name] : []))) inside.scalingMetrics.give(name, () => rate)
  await world.api.create(autoscalerObject(metrics, options.behavior ? { behavior: options.behavior } : {}))
  await world.cluster.pass(6 * minute)
  await world.cluster.follow(world.namespace, ({ object }) => {
    if (object.kind === 'Deployment') noted(seen.sizes, object.spec.replicas)
    if (object.kind === 'ReplicaSet' && versionOfTemplate(object.spec.template) === 'v2') noted(seen.canary, object.spec.replicas)
  })
  seen.sizes.push((await world.api.get('Deployment', shop))?.spec.replicas)
  return seen
}

function noted(numbers: number[], number: number): void {
  if (numbers.at(-1) !== number) numbers.push(number)
}

/** At once: the autoscaler works, and the Deployment never had fewer or more than these. */
export async function sizeWas(world: World, { sizes }: Shop, least: number, most: number): Promise<void> {
  const { conditions = [] } = (await world.api.get('HorizontalPodAutoscaler', shop))?.status ?? {}
  const active = conditions.find(({ type }: Json) => type === 'ScalingActive')
  if (active?.status !== 'True') throw new Unexpected(`the autoscaler does not work: ${told(active)}`)
  const strange = sizes.filter((size) => size < least || size > most)
  if (strange.length > 0) throw new Unexpected(`the Deployment's size went ${sizes.join(', ')}; expected ${least} to ${most}`)
}

/** At once: the canary never lost a pod before its run was over. */
export function canaryGrewOnly({ canary }: Shop): void {
  const cut = canary.findIndex((size, at) => size < (canary[at - 1] ?? 0))
  if (cut >= 0) throw new Unexpected(`the canary's size went ${canary.join(', ')}`)
}
