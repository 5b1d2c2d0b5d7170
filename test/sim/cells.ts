import type { Json } from '../cluster/apiClient.ts'
import { actKinds, faultNames } from './acts/registry.ts'
import type { Act } from './plan.ts'
import { type Draw, drawFrom, hash } from './random.ts'
import { drawShop, type Must, type Shop } from './shop.ts'

/** A place in the state space: a fault, while a run is in a stage, at a step of that kind or, outside of steps, of that mode. */
export interface Cell {
  fault: string
  stage: 'Idle' | 'Starting' | 'Stepping' | 'Promoting' | 'RollingBack'
  /** In Stepping the kind of the step; before and after what moves the traffic; between runs nothing. */
  at: string
}

export type Place = Omit<Cell, 'fault'>

export const places: readonly Place[] = [
  { stage: 'Idle', at: '-' },
  ...['weight', 'scale', 'pause', 'analyze', 'evidence', 'before'].map((at) => ({ stage: 'Stepping' as const, at })),
  ...(['Starting', 'Promoting', 'RollingBack'] as const).flatMap((stage) => ['Routes', 'Switch', 'Pods'].map((at) => ({ stage, at }))),
]

/** Shops as they are drawn: what fits none of them cannot happen. */
const sample = Array.from({ length: 300 }, (_, seed) => drawShop('any', 0, drawFrom(seed)))

/** Whose run can be there. In their steps any may: steps are edited. */
const passes = ({ mode }: Shop, { stage, at }: Place): boolean => stage === 'Stepping' || stage === 'Idle' || mode === at

/** Every cell that can be reached: the fault fits a shop whose run can be there. To visit another one is a fault of the simulation. */
export const cells: readonly Cell[] = faultNames.flatMap((fault) => {
  const struck = sample.filter((shop) => actKinds[fault]?.fits?.(shop) ?? true)
  return places.flatMap((place) => (struck.some((shop) => passes(shop, place)) ? [{ fault, ...place }] : []))
})

/** Where it takes luck besides: no plan leads there, so no seed aims there. */
const unaimed: readonly { why: string; where(place: Place): boolean }[] = [
  { why: 'between runs only the question is answered that was under way when the run ended', where: ({ stage }) => stage === 'Idle' },
  { why: 'before the steps only the past of the old version is asked for, once', where: ({ stage }) => stage === 'Starting' },
  { why: 'the analysis is stopped when the run turns round', where: ({ stage }) => stage === 'RollingBack' },
  {
    why: 'only the analysis after the switch of blue/green measures while a version is promoted',
    where: ({ stage, at }) => stage === 'Promoting' && at === 'Pods',
  },
  { why: 'such a step is over before an interval of the analysis is, as a rule', where: ({ at }) => at === 'weight' || at === 'scale' },
]

/** Faults that strike who asks a metric source. */
const asks: readonly string[] = ['sourceWrong', 'killedAsking']

/** Why no seed aims there; undefined where seeds do. */
export function whyUnaimed({ fault, ...place }: Cell): string | undefined {
  return asks.includes(fault) ? unaimed.find(({ where }) => where(place))?.why : undefined
}

/** Where seeds aim. */
export const aims: readonly Cell[] = cells.filter((cell) => whyUnaimed(cell) === undefined)

const placeName = ({ stage, at }: Place): string => `${stage} / ${at}`
export const nameOf = ({ fault, ...place }: Cell): string => `${fault} / ${placeName(place)}`

const byName = new Map(cells.map((cell) => [nameOf(cell), cell]))

/** The cell of that name, as `nameOf` gives it; undefined for one that cannot be reached. */
export const cellNamed = (name: string): Cell | undefined => byName.get(name)

/** In the order in which seeds aim at them: scattered, so that even a few seeds see something of everything. */
const scattered = [...aims].sort((a, b) => hash(nameOf(a)) - hash(nameOf(b)))

/** Where the world of a seed means to go: seeds that follow each other visit all of them in turn. */
export function cellOf(seed: number): Cell {
  const cell = scattered[(seed >>> 0) % scattered.length]
  if (!cell) throw new Error('there are no aims')
  return cell
}

/** Where to go next: the seed's own cell, or the next one after it that nobody visited yet. To take such a world again both seed and aim are needed. */
export function aimAt(seed: number, visited: { has(cell: string): boolean }): Cell {
  for (let next = 0; next < scattered.length; next++) {
    const cell = cellOf(seed + next)
    if (!visited.has(nameOf(cell))) return cell
  }
  return cellOf(seed)
}

/** A shop whose run passes there, and that the fault can strike. */
export function aimedShop({ fault, stage, at }: Cell, name: string, namespace: number, draw: Draw): Shop {
  const measured = asks.includes(fault)
  const must: Must | undefined =
    stage !== 'Stepping'
      ? measured && stage === 'Promoting'
        ? 'after'
        : undefined
      : at === 'pause' && !measured && draw.chance(0.5)
        ? 'pauseFor'
        : (at as Must)
  for (;;) {
    const shop = drawShop(name, namespace, draw, must)
    const { rollout } = shop
    const fewest = fault === 'nodeGone' ? 3 : 1
    if (shop.replicas < fewest || rollout.paused || !(actKinds[fault]?.fits?.(shop) ?? true)) continue
    if (measured && at === 'pause' && !rollout.analysis?.templates) continue
    if (passes(shop, { stage, at })) return shop
  }
}

/** The fault itself strikes when the run is there; people lead it there where it would stop before. */
export function aimedActs({ fault, stage, at }: Cell, shop: Shop, draw: Draw, withOf: (name: string) => Json): Act[] {
  const acts: Act[] = []
  const particulars = sure(withOf(fault), draw)
  if (stage === 'Idle') return [{ at: draw.whole(0, 2_000), name: fault, shop: shop.name, with: particulars }]
  const command = (step: string, action: string) =>
    acts.push({ at: 0, name: 'command', shop: shop.name, when: { stage: 'Stepping', step }, with: { action } })
  if (stage === 'RollingBack') command('', 'abort')
  if (stage === 'Promoting') command(draw.pick(['', 'pause', 'scale', 'weight']), 'promoteFull')
  if (stage === 'Stepping' && at !== 'pause') command('pause', 'promote')
  acts.push({ at: 0, name: fault, shop: shop.name, when: { stage, step: stage === 'Stepping' ? at : '' }, with: particulars })
  return acts
}

/** Particulars with which a fault strikes soon. */
function sure(particulars: Json, draw: Draw): Json {
  const { share, nth, ms } = particulars
  return {
    ...particulars,
    ...(share === undefined ? {} : { share: 1 }),
    ...(nth === undefined ? {} : { nth: draw.whole(1, 3) }),
    ...(nth !== undefined || share !== undefined ? { ms: Math.max(ms ?? 0, 1_500) } : {}),
  }
}

export interface CoverageReport {
  visited: number
  all: number
  /** By fault, by place: how often; undefined where it cannot be. */
  table: { fault: string; times: (number | undefined)[] }[]
  places: readonly string[]
  /** Names of cells that nobody visited. */
  unvisited: string[]
  /** The same for people. */
  text: string
}

/** How much of the state space was seen, from how often each cell was. */
export function coverageReport(visited: ReadonlyMap<string, number>): CoverageReport {
  const table = faultNames.map((fault) => ({
    fault,
    times: places.map((place) => {
      const name = nameOf({ fault, ...place })
      return byName.has(name) ? (visited.get(name) ?? 0) : undefined
    }),
  }))
  const unvisited = cells.map(nameOf).filter((name) => !visited.has(name))
  const seen = cells.length - unvisited.length
  const heads = places.map((_, index) => String.fromCharCode(97 + index))
  const row = (name: string, times: string[]) => `${name.padEnd(18)}${times.map((text) => text.padStart(5)).join('')}`
  const text = [
    `${seen} of ${cells.length} cells of the state space were visited`,
    row('', heads),
    ...table.map(({ fault, times }) =>
      row(
        fault,
        times.map((count) => (count === undefined ? '-' : String(count))),
      ),
    ),
    ...places.map((place, index) => `${heads[index]}: ${placeName(place)}`),
    ...(unvisited.length === 0 ? [] : [`not visited: ${unvisited.join(', ')}`]),
  ].join('\n')
  return { visited: seen, all: cells.length, table, places: places.map(placeName), unvisited, text }
}
