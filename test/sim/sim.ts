import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import type { SandboxClock } from '../../sandbox/src/types.ts'
import type { Api } from '../dsl/api.ts'
import type { Book, Sight } from './book.ts'
import type { Carrier } from './carrier.ts'
import type { Fleet } from './fleet.ts'
import type { Plan } from './plan.ts'
import type { Draw } from './random.ts'
import type { Repository } from './repository.ts'
import type { Shop } from './shop.ts'
import type { Source } from './source.ts'

/** A simulation under way, as acts and promises meet it. */
export interface Sim {
  plan: Plan
  clock: SandboxClock
  /** Milliseconds since the shops opened. */
  now(): number
  sandbox: Sandbox
  /** What every shop looks like at this instant. */
  book: Book
  /** What is written down of each shop, in Git or on somebody's laptop. */
  repository: Repository
  /** The controllers. */
  fleet: Fleet
  /** The way between controllers and the API server. */
  carrier: Carrier
  /** Where controllers read metrics. */
  source: Source
  random: Draw
  /** The API as a person of a shop uses it. */
  apiOf(shop: Shop): Api
  namespaceOf(shop: Shop): string
  /** One line of what happened, for people. */
  note(line: string): void
  /** A fault has struck this shop, or everybody, now. */
  struck(fault: string, shop?: string): void
  /** Milliseconds since the last fault was over; negative while one lasts. */
  undisturbed(): number
  /** A pod of it was killed just now: that it is missing is nobody's fault. */
  excuse(shop: string, pod?: string | symbol): void
  /** Which pods were, within so long; one that fails first and goes later is one. */
  excused(shop: string, withinMs?: number): ReadonlySet<string | symbol>
  /** Somebody lets it go by hand, or its Rollout is deleted: it is not guarded until a Rollout calls it healthy again. */
  loosen(shop: string): void
  loose(shop: string): boolean
  guarded(shop: Shop): boolean
  /** Whether what stands in the repository is what was applied last. */
  appliedNow(shop: string): boolean
  /** Whether its run stands still until a person says something. */
  waitsForPeople(sight: Sight): boolean
  after(ms: number, then: () => void): void
  /** The same for what takes its time; refusals are answers. */
  later(ms: number, then: () => Promise<void>): void
  /** Applies a shop's manifests as its GitOps tool does: server-side, with force. */
  apply(shop: Shop): Promise<void>
  /** A tool takes one commit after the other: an older one that is late does not come over a newer one. */
  inTurn(shop: Shop, write: () => Promise<void>): Promise<void>
  /** A number that was not given before. */
  number(): number
}
