import type { Change } from '../../sandbox/src/api.ts'
import type { Asked } from './asked.ts'
import { shopOf } from './book.ts'
import { type Looker, openPromises, pledges } from './promises.ts'
import type { Shop } from './shop.ts'
import type { Sim } from './sim.ts'

export interface Breach {
  promise: string
  shop: string
  what: string
  /** Milliseconds since the shops opened. */
  at: number
}

/** No promise of the product: an act threw, a process died, or a run did not end in real time. */
export const itself = 'the simulation works'

/** Looks at every promise in every shop, and remembers which were broken. */
export interface Witness {
  /** The first of a run, or the first of each promise and shop when it goes on. */
  breaches: readonly Breach[]
  /** Names of promises that are open, and were broken. */
  open: ReadonlySet<string>
  /** Begins to look at a shop. */
  attend(shop: Shop, sim: Sim): void
  changed(shop: string, change: Change): void
  still(shop: string): void
  asked(request: Asked): void
  logged(line: string): void
  /** Of every shop. */
  ask(moment: 'calm' | 'rested' | 'idle'): void
  /** A promise was broken, if so is said how. */
  broken(promise: string, shop: string, what: string | undefined): void
}

interface Post {
  promise: string
  shop: string
  looker: Looker
}

export function witnessOf({ book, now, note, onward }: Pick<Sim, 'book' | 'now' | 'note'> & { onward: boolean }): Witness {
  const breaches: Breach[] = []
  const open = new Set<string>()
  const posts: Post[] = []
  /** Most promises look at few moments. */
  const lookingAt = (moment: keyof Looker, shop?: string): Post[] => {
    const key = `${moment} ${shop ?? ''}`
    const known = byMoment.get(key) ?? posts.filter((post) => post.looker[moment] && (shop === undefined || post.shop === shop))
    byMoment.set(key, known)
    return known
  }
  const byMoment = new Map<string, Post[]>()

  const broken = (promise: string, shop: string, what: string | undefined) => {
    if (what === undefined) return
    if (openPromises.has(promise)) return void open.add(promise)
    if (onward ? breaches.some((one) => one.promise === promise && one.shop === shop) : breaches.length > 0) return
    breaches.push({ promise, shop, what, at: now() })
    note(`BROKEN '${promise}' (${shop}): ${what}`)
  }

  return {
    breaches,
    open,
    broken,
    attend(shop, sim) {
      for (const { name, watch } of pledges) posts.push({ promise: name, shop: shop.name, looker: watch(shop, sim) })
      byMoment.clear()
    },
    changed(shop, change) {
      if (breaches.length > 0 && !onward) return
      const sight = book.of(shop)
      for (const { promise, looker } of lookingAt('changed', shop)) broken(promise, shop, looker.changed?.(sight, change))
    },
    still(shop) {
      for (const { promise, looker } of lookingAt('still', shop)) broken(promise, shop, looker.still?.(book.of(shop)))
    },
    asked(request) {
      const about = request.name === undefined ? undefined : shopOf(request.name)
      if (request.name !== undefined && about === undefined) return
      for (const { promise, shop, looker } of lookingAt('asked', about)) broken(promise, shop, looker.asked?.(request))
    },
    logged(line) {
      for (const { promise, shop, looker } of lookingAt('logged')) broken(promise, shop, looker.logged?.(line))
    },
    ask(moment) {
      for (const { promise, shop, looker } of lookingAt(moment)) broken(promise, shop, looker[moment]?.(book.of(shop)))
    },
  }
}
