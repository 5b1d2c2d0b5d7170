import { type BinaryOp, isComparison, isSetOp, type Matching, PromqlError } from './expr.ts'
import { type Labels, labelsText, nameLabel, regrouped, signature, signatureOf, withoutName } from './labels.ts'
import { compare, operate } from './operators.ts'
import type { VectorElement } from './value.ts'

interface Operation {
  op: BinaryOp
  bool: boolean
  matching: Matching | undefined
}

/** An operation between two instant vectors: set operators many to many, the others one to one. */
export function vectorOp(operation: Operation, left: readonly VectorElement[], right: readonly VectorElement[]): VectorElement[] {
  const keyOf = meetingKey(operation.matching)
  return isSetOp(operation.op) ? setOp(operation.op, keyOf, left, right) : oneToOne(operation, keyOf, left, right)
}

/** Elements with equal keys meet. */
function meetingKey(matching: Matching | undefined): (labels: Labels) => string {
  if (!matching) return (labels) => signature(withoutName(labels))
  if (!matching.ignoring) {
    const names = [...matching.labels].sort()
    return (labels) => signatureOf(labels, names)
  }
  const left = new Set([...matching.labels, nameLabel])
  return (labels) =>
    signatureOf(
      labels,
      Object.keys(labels)
        .filter((name) => !left.has(name))
        .sort(),
    )
}

function setOp(
  op: BinaryOp,
  keyOf: (labels: Labels) => string,
  left: readonly VectorElement[],
  right: readonly VectorElement[],
): VectorElement[] {
  const keys = new Set((op === 'or' ? left : right).map(({ labels }) => keyOf(labels)))
  if (op === 'or') return [...left, ...right.filter(({ labels }) => !keys.has(keyOf(labels)))]
  return left.filter(({ labels }) => keys.has(keyOf(labels)) === (op === 'and'))
}

function oneToOne(
  { op, bool, matching }: Operation,
  keyOf: (labels: Labels) => string,
  left: readonly VectorElement[],
  right: readonly VectorElement[],
): VectorElement[] {
  const partners = new Map<string, VectorElement>()
  for (const element of right) {
    const key = keyOf(element.labels)
    const other = partners.get(key)
    if (other) refuse('right', matching, other, element)
    partners.set(key, element)
  }
  const met = new Map<string, VectorElement>()
  const results: VectorElement[] = []
  for (const element of left) {
    const key = keyOf(element.labels)
    const partner = partners.get(key)
    if (!partner) continue
    const other = met.get(key)
    if (other) refuse('left', matching, other, element)
    met.set(key, element)
    const labels = resultLabels(element.labels, matching, isComparison(op) && !bool)
    if (!isComparison(op)) results.push({ labels, value: operate(op, element.value, partner.value) })
    else if (bool) results.push({ labels, value: Number(compare(op, element.value, partner.value)) })
    else if (compare(op, element.value, partner.value)) results.push({ labels, value: element.value })
  }
  return results
}

/** A comparison that filters keeps the metric's name, unless on() leaves it out. */
function resultLabels(labels: Labels, matching: Matching | undefined, keepsName: boolean): Labels {
  const base = keepsName ? labels : withoutName(labels)
  if (!matching) return base
  if (!matching.ignoring) return regrouped(base, { without: false, labels: matching.labels })
  const { labels: ignored } = matching
  return Object.fromEntries(Object.entries(base).filter(([name]) => !ignored.includes(name)))
}

function refuse(side: 'left' | 'right', matching: Matching | undefined, one: VectorElement, other: VectorElement): never {
  const group = !matching
    ? withoutName(one.labels)
    : matching.ignoring
      ? regrouped(one.labels, { without: true, labels: matching.labels })
      : regrouped(one.labels, { without: false, labels: matching.labels })
  const both = `[${labelsText(other.labels)}, ${labelsText(one.labels)}]`
  throw new PromqlError(
    'execution',
    `found duplicate series for the match group ${labelsText(group)} on the ${side} hand-side of the operation: ${both};many-to-many matching not allowed: matching labels must be unique on one side`,
  )
}
