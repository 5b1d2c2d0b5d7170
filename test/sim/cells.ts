import type { Json } from '../cluster/apiClient.ts'
import { actKinds, faultNames } from './acts/registry.ts'
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

export type Place = Omit<Cell, 'fault'>

export const places: readonly Place[] = [
  { stage: 'Idle', at: '-' },
  ...['weight', 'scale', 'pause', 'analyze', 'evidence', 'before'].map((at) => ({ stage: 'Stepping' as const, at })),
  ...(['Starting', 'Promoting', 'RollingBack'] as const).flatMap((stage) => ['Routes', 'Switch', 'Pods'].map((at) => ({ stage, at }))),
]

const unasked = (wherefore: string) => ({ lacks: wherefore, of: ['sourceWrong', 'killedAsking'] })

/** Where a fault can strike nobody, and why: those cells are not counted. */
const unreachable: readonly { of: readonly string[]; lacks: string; where(place: Place): boolean }[] = [
  { ...unasked('no metric source is asked while nothing is measured'), where: ({ stage }) => stage === 'Idle' || stage === 'Starting' },
  { ...unasked('the analysis ends with the verdict to go back'), where: ({ stage }) => stage === 'RollingBack' },
  {
    ...unasked('only the analysis after the switch of blue/green measures while a version is promoted'),
    where: ({ stage, at }) => stage === 'Promoting' && at === 'Pods',
  },
  { ...unasked('such a step is over before the first interval of an analysis is'), where: ({ at }) => at === 'weight' || at === 'scale' },
  {
    of: ['gatewayWrong'],
    lacks: 'no gateway has a say where no route moves the traffic',
    where: ({ at }) => at === 'Switch' || at === 'Pods',
  },
]

/** Why a fault cannot strike there; undefined where it can. */
export function whyNever({ fault, ...place }: Cell): string | undefined {
  return unreachable.find(({ of, where }) => of.includes(fault) && where(place))?.lacks
}

/** Every cell that can be reached. */
export const cells: readonly Cell[] = faultNames
  .flatMap((fault) => places.map((place) => ({ fault, ...place })))
  .filter((cell) => whyNever(cell) === undefined)

const placeName = ({ stage, at }: Place): string => `${stage} / ${at}`
export const nameOf = ({ fault, ...place }: Cell): string => `${fault} / ${placeName(place)}`

const byName = new Map(cells.map((cell) => [nameOf(cell), cell]))

/** The cell of that name, as `nameOf` gives it. */
export const cellNamed = (name: string): Cell | undefined => byName.get(name)

/** In the order in which seeds aim at them: scattered, so that even a few seeds see something of everything. */
const scattered = [...cells].sort((a, b) => hash(nameOf(a)) - hash(nameOf(b)))

/** Where the world of a seed means to go: seeds that follow each other visit all of them in turn. */
export function cellOf(seed: number): Cell {
  const cell = scattered[(seed >>> 0) % scattered.length]
  if (!cell) throw new Error('there are no cells')
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
  const measured = fault === 'sourceWrong' || fault === 'killedAsking'
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
    const { mode, rollout } = shop
    const fewest = fault === 'nodeGone' ? 3 : 1
    if (shop.replicas < fewest || rollout.paused || !(actKinds[fault]?.fits?.(shop) ?? true)) continue
    if (measured && at === 'pause' && !rollout.analysis?.templates) continue
    if (stage === 'Stepping' || stage === 'Idle' || mode === at) return shop
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
    times: places.map((place) =>
      whyNever({ fault, ...place }) === undefined ? (visited.get(nameOf({ fault, ...place })) ?? 0) : undefined,
    ),
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
