import { nameOf, uniforms } from '../random.ts'
import type { Form, Interval, Measurement, Samples } from '../table.ts'
import { combine } from './combine.ts'
import { CalibrationError } from './errors.ts'

/** What the pods of the stable version showed of one metric in one interval, each for itself. */
export type PodRow = {
  [F in Form]: {
    readonly interval: number
    readonly metric: string
    readonly form: F
    readonly pods: Readonly<Record<string, Samples[F]>>
  }
}[Form]

/**
 * Tables in which `canary` is a few of stable's own pods and `baseline` the rest: releases that changed nothing. One list a draw, each with other
 * pods, intervals in ascending order.
 *
 * A pod keeps its side for a whole draw however pods come and go, whatever their order. Intervals with fewer than `canaryPods + 1` pods are left
 * out. Throws a CalibrationError when there is none with enough, or a number makes no sense.
 */
export function placebos(rows: Iterable<PodRow>, canaryPods: number, draws: number, seed: number): Interval[][] {
  for (const [what, number] of [
    ['canaryPods', canaryPods],
    ['draws', draws],
  ] as const)
    if (!(Number.isInteger(number) && number >= 1)) throw new CalibrationError(`${what} is ${number}: it must be 1 or more`)
  const byInterval = new Map<number, PodRow[]>()
  let most = 0
  for (const row of rows) {
    const list = byInterval.get(row.interval)
    if (list) list.push(row)
    else byInterval.set(row.interval, [row])
  }
  const table = [...byInterval]
    .sort(([a], [b]) => a - b)
    .flatMap(([interval, list]) => {
      const pods = [...new Set(list.flatMap((row) => Object.keys(row.pods)))].sort()
      most = Math.max(most, pods.length)
      return pods.length > canaryPods ? [{ interval, list, pods }] : []
    })
  if (table.length === 0)
    throw new CalibrationError(
      `The stable version never had more than ${most} ${most === 1 ? 'pod' : 'pods'}: to carve out ${canaryPods} it needs at least ${canaryPods + 1}`,
    )
  return Array.from({ length: draws }, (_, draw) => {
    const rank = ranker(seed, draw)
    return table.map(({ interval, list, pods }) => {
      const chosen = new Set([...pods].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, canaryPods))
      return { interval, metrics: Object.fromEntries(list.map((row) => [row.metric, split(row, chosen)])) }
    })
  })
}

/** A fixed random place for every pod of a draw: the first places are the canary's. */
function ranker(seed: number, draw: number): (pod: string) => number {
  const known = new Map<string, number>()
  return (pod) => {
    const place = known.get(pod) ?? uniforms(seed, draw, nameOf(pod))()
    known.set(pod, place)
    return place
  }
}

function split(row: PodRow, chosen: ReadonlySet<string>): Measurement {
  switch (row.form) {
    case 'ratio':
      return { form: 'ratio', ...arms('ratio', row.pods, chosen) }
    case 'count':
      return { form: 'count', ...arms('count', row.pods, chosen) }
    case 'histogram':
      return { form: 'histogram', ...arms('histogram', row.pods, chosen) }
    case 'gauge':
      return { form: 'gauge', ...arms('gauge', row.pods, chosen) }
    case 'raw':
      return { form: 'raw', ...arms('raw', row.pods, chosen) }
  }
}

function arms<F extends Form>(
  form: F,
  pods: Readonly<Record<string, Samples[F]>>,
  chosen: ReadonlySet<string>,
): { canary?: Samples[F]; baseline?: Samples[F] } {
  const canary: Samples[F][] = []
  const baseline: Samples[F][] = []
  for (const [pod, sample] of Object.entries(pods)) (chosen.has(pod) ? canary : baseline).push(sample)
  return {
    ...(canary.length > 0 ? { canary: combine[form](canary) } : {}),
    ...(baseline.length > 0 ? { baseline: combine[form](baseline) } : {}),
  }
}
