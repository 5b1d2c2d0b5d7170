import type { Arm } from '@serin/analysis'
import type { Series } from '../metrics/provider.ts'
import type { Attributed } from './attribute.ts'
import { countsFromZero, edgeAt, edgeCount, type Grid } from './increase.ts'

/** The part that the series of one query play in a metric. */
export type Role = 'bad' | 'total' | 'exposure' | 'query'
export type ByRole<T> = Readonly<Partial<Record<Role, readonly T[]>>>

/** What is added up before anything is compared: a pod, or, where series do not name one of the arm's pods, all of an arm. */
export interface Unit {
  readonly arm: Arm
  readonly pod?: string
  /** Of every role that was asked for. */
  readonly series: ByRole<Series>
}

/** Series by what they are added up to. An arm of which some series name no pod of its own is one unit: else bad events would miss their total. */
export function unitsOf(roles: ByRole<Attributed>): Unit[] {
  const entries = Object.entries(roles) as [Role, readonly Attributed[]][]
  const whole = new Set(entries.flatMap(([, list]) => list.filter(({ pod }) => pod === undefined).map(({ arm }) => arm)))
  const units = new Map<string, { arm: Arm; pod?: string; series: Partial<Record<Role, Series[]>> }>()
  for (const [role, list] of entries) {
    for (const { arm, pod, series } of list) {
      const named = pod !== undefined && !whole.has(arm)
      const key = named ? `${arm}/${pod}` : arm
      const unit = units.get(key) ?? {
        arm,
        ...(named ? { pod } : {}),
        series: Object.fromEntries(entries.map(([each]): [Role, Series[]] => [each, []])),
      }
      units.set(key, unit)
      unit.series[role]?.push(series)
    }
  }
  return [...units.values()]
}

/** The edges at which any of the series has something. */
export function seenAt(series: Iterable<Series>, grid: Grid): Uint8Array {
  const seen = new Uint8Array(edgeCount(grid))
  const mark = (list: readonly (readonly [number, unknown])[]) => {
    for (const point of list) {
      const edge = edgeAt(point[0], grid)
      if (edge !== undefined) seen[edge] = 1
    }
  }
  for (const { points, histograms } of series) {
    mark(points)
    if (histograms) mark(histograms)
  }
  return seen
}

/**
 * By unit and interval, whether a series that shows up counts from 0. `witness`: the role whose silence at an edge means that the source had
 * nothing, not that there was nothing to count; without one every new series began at 0.
 */
export function beginnings(units: readonly Unit[], witness: Role | undefined, grid: Grid): ReadonlyMap<Unit, Uint8Array> {
  const { intervals } = grid
  if (witness === undefined) return new Map(units.map((unit) => [unit, new Uint8Array(intervals).fill(1)]))
  const anybody = new Uint8Array(edgeCount(grid))
  const seen = units.map(({ series }) => {
    const witnessed = seenAt(series[witness] ?? [], grid)
    for (let edge = 0; edge < anybody.length; edge++) anybody[edge] = (anybody[edge] ?? 0) | (witnessed[edge] ?? 0)
    const others = (Object.keys(series) as Role[]).filter((role) => role !== witness)
    for (const role of others) {
      const more = seenAt(series[role] ?? [], grid)
      for (let edge = 0; edge < witnessed.length; edge++) witnessed[edge] = (witnessed[edge] ?? 0) | (more[edge] ?? 0)
    }
    return witnessed
  })
  return new Map(units.map((unit, at) => [unit, countsFromZero(seen[at] ?? anybody, anybody, intervals)]))
}
