import type { Series } from '../metrics/provider.ts'
import { endOf, type Grid, increases, onEdges } from './increase.ts'
import type { Remarks } from './problems.ts'

/** Amounts by interval, of all the series together; NaN where none of them has one. */
export function amountsOf(
  series: readonly Series[],
  how: { readonly grid: Grid; readonly counters: 'cumulative' | 'delta'; readonly fromZero: Uint8Array; readonly remarks: Remarks },
): Float64Array {
  const sum = new Float64Array(how.grid.intervals).fill(Number.NaN)
  for (const one of series) {
    const values = countsOnEdges(one, how.grid, how.remarks)
    const amounts = how.counters === 'delta' ? values.subarray(endOf(0)) : increases(values, how.fromZero)
    for (let at = 0; at < sum.length; at++) {
      const amount = amounts[at] ?? Number.NaN
      if (Number.isNaN(amount)) continue
      const before = sum[at] ?? Number.NaN
      sum[at] = Number.isNaN(before) ? amount : before + amount
    }
  }
  return sum
}

/** Values on the edges, without those that no counter has. */
export function countsOnEdges({ labels, points }: Series, grid: Grid, remarks: Remarks): Float64Array {
  return onEdges(points, grid, (value) => {
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return true
    if (Number.isNaN(value)) remarks.say('NaN', () => `${named(labels)} is NaN in places, which is left out`)
    else remarks.say('counter', () => `${named(labels)} is ${value}, which is left out: counters are numbers from 0 up`)
    return false
  })
}

/** A series for people. */
export function named(labels: Series['labels']): string {
  const { __name__: name = '', ...rest } = labels
  const inside = Object.entries(rest).map(([key, value]) => `${key}="${value}"`)
  const text = `${name}{${inside.join(', ')}}`
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
