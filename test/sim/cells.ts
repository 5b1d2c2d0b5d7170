import type { Json } from '../cluster/apiClient.ts'
import { faultNames } from './acts/registry.ts'
import type { Act } from './plan.ts'
import { type Draw, hash } from './random.ts'
import { drawShop, type Must, type Shop } from './shop.ts'

/** A place in the state space: a fault, while a run is in a stage, at a step of that kind or, outside of steps, of that mode. */
export interface Cell {
  fault: string
  stage: 'Idle' | 'Starting' | 'Stepping' | 'Promoting' | 'RollingBack'
  /** In Stepping the kind of the step; before and after what moves the traffic; between runs nothing. */
  at: string
}

const places: Omit<Cell, 'fault'>[] = [
  { stage: 'Idle', at: '-' },
  ...['weight', 'scale', 'pause', 'analyze', 'evidence', 'before'].map((at) => ({ stage: 'Stepping' as const, at })),
  ...(['Starting', 'Promoting', 'RollingBack'] as const).flatMap((stage) => ['Routes', 'Switch', 'Pods'].map((at) => ({ stage, at }))),
]

/** Every cell there is. */
export const cells: readonly Cell[] = faultNames.flatMap((fault) => places.map((place) => ({ fault, ...place })))

export const nameOf = ({ fault, stage, at }: Cell): string => `${fault} / ${stage} / ${at}`

/** Where the world of a seed means to go: seeds that follow each other visit all of them in turn, in a scattered order. */
export function cellOf(seed: number): Cell {
  const order = (at: number) => scattered[at % scattered.length] ?? cells[0]
  const cell = order(seed >>> 0)
  if (!cell) throw new Error('there are no cells')
  return cell
}

const scattered = [...cells].sort((a, b) => hash(nameOf(a)) - hash(nameOf(b)))

/** A shop whose run passes there. */
export function aimedShop({ stage, at }: Cell, name: string, namespace: number, draw: Draw): Shop {
  const asked = (): Shop => {
    if (stage !== 'Stepping') return drawShop(name, namespace, draw)
    return drawShop(name, namespace, draw, at === 'pause' && draw.chance(0.5) ? 'pauseFor' : (at as Must))
  }
  for (;;) {
    const shop = asked()
    if (stage === 'Stepping' || stage === 'Idle' || shop.mode === at) return shop
  }
}

/** The fault itself strikes when the run is there; a rollback needs something to go back from. */
export function aimedActs({ fault, stage, at }: Cell, shop: Shop, draw: Draw, withOf: (name: string) => Json): Act[] {
  const acts: Act[] = []
  if (stage === 'Idle') return [{ at: draw.whole(0, 2_000), name: fault, shop: shop.name, with: withOf(fault) }]
  if (stage === 'RollingBack')
    acts.push({ at: 0, name: 'command', shop: shop.name, when: { stage: 'Stepping', step: '' }, with: { action: 'abort' } })
  acts.push({ at: 0, name: fault, shop: shop.name, when: { stage, step: stage === 'Stepping' ? at : '' }, with: withOf(fault) })
  return acts
}
