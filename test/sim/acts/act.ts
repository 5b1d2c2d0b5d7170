import type { Json } from '../../cluster/apiClient.ts'
import type { Draw } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { Sim } from '../sim.ts'

/** Something that can happen in a simulation. A new one is a file with it and a line in registry.ts. */
export interface ActKind {
  /** Deeds are done by people and tools; faults are what breaks. */
  what: 'deed' | 'fault'
  concerns: 'shop' | 'cluster'
  /** How often it is drawn, beside others of its sort. */
  often: number
  /** Whether it means anything to such a shop; to every one when left out. */
  fits?(shop: Shop): boolean
  /** Its particulars, as plain data. */
  draw(draw: Draw, shop: Shop): Json
  /** Milliseconds until a fault is over; 0 when left out. */
  lasts?(particulars: Json): number
  /** Begins it. A refusal by the API server is an answer like any other; whatever else is thrown is a fault of the simulation. */
  perform(sim: Sim, particulars: Json, shop: Shop): void | Promise<void>
}
