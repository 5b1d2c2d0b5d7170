import type { Json } from '../cluster/apiClient.ts'
import { actKinds } from './acts/registry.ts'
import { aimedActs, aimedShop, type Cell, cellOf } from './cells.ts'
import { type Draw, drawFrom } from './random.ts'
import { drawShop, type Shop } from './shop.ts'

/** Something that happens: a deed of a person or a tool, or a fault. Plain data, so that a plan can be printed, shrunk and taken again. */
export interface Act {
  /** Milliseconds since the shops opened; with `when`, the earliest. */
  at: number
  /** Which kind of act; see acts/registry.ts. */
  name: string
  /** Whom it concerns; absent: the whole cluster. */
  shop?: string
  /** Only once the run of its shop is there. */
  when?: { step: string; stage: string }
  with: Json
}

/** A whole world and all that will happen in it. */
export interface Plan {
  seed: number
  /** Where in the state space it means to go. */
  aim?: Cell
  /** Whether the policies of Serin guard a namespace. Shops live in them by number. */
  namespaces: { guarded: boolean }[]
  /** How namespaces are divided between controllers: not at all, in two shards, or each has a controller of its own. */
  division: 'whole' | 'shards' | 'namespaces'
  /** Controllers that are started in the beginning, for each part. More than one stand for a lease. */
  controllers: number
  /** Clocks of controllers are wrong by up to so many milliseconds. */
  skewMs: number
  shops: Shop[]
  acts: Act[]
  /** No act is later, and every fault has ended by then. */
  calmAt: number
}

/** The world of a seed and an aim: the same one, always. The seed says the aim too, unless it is given. */
export function planOf(seed: number, aim: Cell = cellOf(seed)): Plan {
  const draw = drawFrom(seed)
  const count = draw.weighed<number>([
    [24, 1],
    [5, 2],
    [1, draw.whole(3, 5)],
    [0.2, draw.whole(6, 14)],
    [0.03, draw.whole(15, 50)],
  ])
  const namespaces = Array.from({ length: draw.whole(1, Math.min(count, 3)) }, () => ({ guarded: draw.chance(0.85) }))
  const shops = Array.from({ length: count }, (_, index) => {
    const name = `s${index + 1}`
    const namespace = index % namespaces.length
    const own = draw.fork(name)
    return index === 0 ? aimedShop(aim, name, namespace, own) : drawShop(name, namespace, own)
  })
  const controllers = draw.weighed<number>([
    [5, 1],
    [3, 2],
    [1, 3],
  ])
  const division = draw.weighed<Plan['division']>([
    [12, 'whole'],
    [1, 'shards'],
    [1, 'namespaces'],
  ])
  const skewMs = draw.chance(0.25) ? draw.pick([300, 3_000, 30_000]) : 0
  const [first] = shops
  if (!first) throw new Error('a world without shops')
  const acts = [
    ...aimedActs(aim, first, draw.fork('aim'), (name) => actKinds[name]?.draw(draw.fork('aimed'), first)),
    ...shops.flatMap((shop) => lifeOf(shop, draw.fork(`life of ${shop.name}`), shop === first)),
  ]
  acts.push(...troubles(draw.fork('troubles'), shops))
  acts.sort((a, b) => a.at - b.at)
  const last = Math.max(0, ...acts.map((act) => act.at + (actKinds[act.name]?.lasts?.(act.with) ?? 0)))
  return { seed, aim, namespaces, division, controllers, skewMs, shops, acts, calmAt: last + 2_000 }
}

/** What people and tools do to one shop: a release or a few, and what they do meanwhile. A run that is to get far is of a version that serves. */
function lifeOf(shop: Shop, draw: Draw, far: boolean): Act[] {
  const acts: Act[] = []
  let at = draw.whole(200, 3_000)
  for (let release = draw.whole(1, 3); release > 0; release--) {
    const drawn = actKinds.release?.draw(draw, shop)
    const first = acts.length === 0
    acts.push({ at, name: 'release', shop: shop.name, with: far && first ? { nature: 'good', number: drawn?.number ?? 1 } : drawn })
    const meanwhile = draw.weighed<number>([
      [5, 0],
      [5, 1],
      [3, 2],
      [2, draw.whole(3, 6)],
    ])
    const length = draw.whole(3_000, 14_000)
    for (let n = 0; n < meanwhile; n++) acts.push({ at: at + draw.whole(0, length), ...some('deed', draw, shop) })
    at += length
  }
  return acts
}

/** Faults, few or many, near or far from each other. */
function troubles(draw: Draw, shops: readonly Shop[]): Act[] {
  const count = draw.weighed<number>([
    [2, 0],
    [4, draw.whole(1, 2)],
    [4, draw.whole(3, 6)],
    [1, draw.whole(7, 14)],
  ])
  return Array.from({ length: count }, () => ({ at: draw.whole(0, 20_000), ...some('fault', draw, draw.pick(shops)) }))
}

function some(what: 'deed' | 'fault', draw: Draw, shop: Shop): Omit<Act, 'at'> {
  const kinds = Object.entries(actKinds).filter(([, kind]) => kind.what === what && (kind.fits?.(shop) ?? true))
  const [name, kind] = draw.weighed(kinds.map((entry) => [entry[1].often, entry] as const))
  return { name, ...(kind.concerns === 'cluster' ? {} : { shop: shop.name }), with: kind.draw(draw, shop) }
}
