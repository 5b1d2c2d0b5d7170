import { badArgument } from './arguments.ts'

export type NanStrategy = 'remove' | 'replace'

/**
 * One arm's values. Null and undefined among them are NaN, and a number written as a text is that number: JSON has no other way to write NaN
 * and infinities, and Kayenta stores them as the texts "NaN" and "Infinity". Null for an arm is no values.
 */
export type Samples = ArrayLike<number | string | null | undefined> | null | undefined

/**
 * The values as numbers, NaN included, in order. `what` names the argument in errors.
 * @throws KayentaError 'bad-argument' for what is no list, and for a value that is no number
 */
export function numbersOf(values: unknown, what: string): Float64Array {
  const list = listed(values, what)
  const numbers = new Float64Array(list.length)
  for (let at = 0; at < list.length; at++) numbers[at] = sample(list[at], at, what)
  return numbers
}

/** The numbers of a series, in order, without its NaN. Errors as of `numbersOf`. */
export function withoutNaN(values: unknown, what = 'The list of values'): Float64Array {
  const list = listed(values, what)
  const kept = new Float64Array(list.length)
  let count = 0
  for (let at = 0; at < list.length; at++) {
    const value = sample(list[at], at, what)
    if (!Number.isNaN(value)) kept[count++] = value
  }
  return count === kept.length ? kept : kept.slice(0, count)
}

/** NaN dropped, or made 0: what Kayenta does to an arm before anything else. Infinities stay. */
export function transformNaN(values: unknown, strategy: NanStrategy, what: string): Float64Array {
  if (strategy === 'remove') return withoutNaN(values, what)
  return numbersOf(values, what).map((value) => (Number.isNaN(value) ? 0 : value))
}

function listed(values: unknown, what: string): ArrayLike<unknown> {
  if (values === undefined || values === null) return []
  if (Array.isArray(values)) return values
  if (typeof values === 'object' && 'length' in values && Number.isInteger(values.length) && Number(values.length) >= 0) {
    return values as ArrayLike<unknown>
  }
  throw badArgument(what, values, 'a list of numbers')
}

function sample(value: unknown, at: number, what: string): number {
  if (typeof value === 'number') return value
  if (value === undefined || value === null) return Number.NaN
  const written = typeof value === 'string' ? value.trim() : ''
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written)) return Number(written)
  const infinite = /^([+-]?)inf(inity)?$/i.exec(written)
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^nan$/i.test(written)) return Number.NaN
  throw badArgument(`${what}[${at}]`, value, 'a number')
}

/** Of a sorted series without NaN. */
export function isConstant(sorted: Float64Array): boolean {
  return sorted.length > 0 && sorted[0] === sorted[sorted.length - 1]
}

/** The same values elementwise: 0 and -0 are equal. */
export function sameElements(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}
