import type { Change } from '../../sandbox/src/api.ts'
import type { Sight } from './book.ts'
import { answers } from './promises/answers.ts'
import { endings } from './promises/endings.ts'
import { gitOps } from './promises/gitOps.ts'
import { pods } from './promises/pods.ts'
import { quiet } from './promises/quiet.ts'
import { routing } from './promises/routing.ts'
import { truth } from './promises/truth.ts'
import { verdicts } from './promises/verdicts.ts'
import type { Shop } from './shop.ts'
import type { Sim } from './sim.ts'

/** What Serin promises, each with a sentence for people and the way to see whether it is kept. */
export interface Pledge {
  name: string
  /** The promise. */
  says: string
  /** Begins to watch one shop. Whatever a looker gives back is how the promise was broken. */
  watch(shop: Shop, sim: Sim): Looker
}

export interface Looker {
  /** After every change of one of the shop's objects. */
  changed?(sight: Sight, change: Change): string | undefined
  /** When faults are over and everything has had its time; people may still be waited for. */
  calm?(sight: Sight): string | undefined
  /** When people have answered whatever waited for them. */
  rested?(sight: Sight): string | undefined
  /** After a time in which nobody did anything. */
  idle?(sight: Sight): string | undefined
  /** Of every write of a controller that reaches the API server, leases and reviews left out: method and path. */
  wrote?(request: string): string | undefined
  /** Of every line that a controller logs. */
  logged?(line: string): string | undefined
}

/** All of them. A new one is an entry in one of the files of promises/. */
export const pledges: readonly Pledge[] = [...routing, ...pods, ...verdicts, ...answers, ...truth, ...endings, ...gitOps, ...quiet]
