import { entry } from '../controllers/entry.ts'
import type { AggregateOp, Grouping } from './expr.ts'
import { type Labels, nameLabel, regrouped, signatureOf } from './labels.ts'
import type { VectorElement } from './value.ts'

interface Group {
  labels: Labels
  elements: VectorElement[]
}

/** One element a group; topk and bottomk keep the labels of the `k` elements they choose. They choose NaN last. */
export function aggregate(op: AggregateOp, grouping: Grouping, elements: readonly VectorElement[], k = 1): VectorElement[] {
  const groups = new Map<string, Group>()
  const named = [...grouping.labels].sort()
  const dropped = new Set([...grouping.labels, nameLabel])
  for (const element of elements) {
    const names = grouping.without
      ? Object.keys(element.labels)
          .filter((name) => !dropped.has(name))
          .sort()
      : named
    const key = signatureOf(element.labels, names)
    entry(groups, key, () => ({ labels: regrouped(element.labels, grouping), elements: [] })).elements.push(element)
  }
  if (op === 'topk' || op === 'bottomk') return [...groups.values()].flatMap((group) => chosen(op, group.elements, k))
  return [...groups.values()].map(({ labels, elements: own }) => ({ labels, value: reduced(op, own) }))
}

function chosen(op: 'topk' | 'bottomk', elements: VectorElement[], k: number): VectorElement[] {
  const sign = op === 'topk' ? -1 : 1
  const order = (a: VectorElement, b: VectorElement) => {
    const nans = Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value))
    return nans !== 0 || Number.isNaN(a.value) ? nans : sign * (a.value - b.value || 0)
  }
  return [...elements].sort(order).slice(0, Math.max(0, Math.trunc(k) || 0))
}

function reduced(op: Exclude<AggregateOp, 'topk' | 'bottomk'>, elements: readonly VectorElement[]): number {
  const values = elements.map(({ value }) => value)
  switch (op) {
    case 'sum':
      return total(values)
    case 'avg':
      return total(values) / values.length
    case 'count':
      return values.length
    case 'min':
      return extreme(values, (a, b) => a < b)
    case 'max':
      return extreme(values, (a, b) => a > b)
  }
}

/** Of numbers of very different sizes, too: compensated after Neumaier, as Prometheus sums. */
export function total(values: Iterable<number>): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    // an infinite sum has lost nothing that could be given back
    if (Number.isFinite(next)) lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return Number.isFinite(sum) ? sum + lost : sum
}

/** The value that beats all others; NaN only when there is nothing else. */
export function extreme(values: Iterable<number>, beats: (a: number, b: number) => boolean): number {
  let best = Number.NaN
  for (const value of values) if (Number.isNaN(best) || beats(value, best)) best = value
  return best
}
