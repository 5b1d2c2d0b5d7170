/** A Kubernetes quantity (500m, 1Gi, 1e3), exact to a billionth. */
export class Quantity {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }

  /** Negative, zero or positive, as this is less than, equal to or greater than the other. */
  compare(other: Quantity): number {
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0
  }

  toNumber(): number {
    return Number(this.nanos) / 1e9
  }

  isInteger(): boolean {
    return this.nanos % billion === 0n
  }
}

const billion = 1_000_000_000n

/** Suffixes as a numerator and a denominator over one. */
const suffixes: Record<string, readonly [bigint, bigint]> = {
  n: [1n, billion],
  u: [1n, 1_000_000n],
  m: [1n, 1000n],
  '': [1n, 1n],
  k: [1000n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [1n << 10n, 1n],
  Mi: [1n << 20n, 1n],
  Gi: [1n << 30n, 1n],
  Ti: [1n << 40n, 1n],
  Pi: [1n << 50n, 1n],
  Ei: [1n << 60n, 1n],
}

const form = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d{1,2})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/

/** Undefined for what is no quantity. What is finer than a billionth is rounded up, away from zero, as Kubernetes does. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, sign, digits = '0', exponent, suffix = ''] = match
  const [whole = '', fraction = ''] = digits.split('.')
  const power = exponent === undefined ? 0 : Number(exponent.slice(1))
  const [times, over] = suffixes[suffix] ?? [1n, 1n]
  const numerator = BigInt(`${whole}${fraction}` || '0') * times * billion * 10n ** BigInt(Math.max(power, 0))
  const denominator = over * 10n ** BigInt(fraction.length + Math.max(-power, 0))
  const nanos = (numerator + denominator - 1n) / denominator
  return new Quantity(sign === '-' ? -nanos : nanos)
}

const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/**
 * The quantity as the API writes it: the largest suffix of its own family (1024, 1000 or an exponent of ten) that leaves
 * no fraction. Undefined for what is no quantity.
 */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parseQuantity(text)
  if (!quantity) return undefined
  const { nanos } = quantity
  if (nanos === 0n) return '0'
  const size = nanos < 0n ? -nanos : nanos
  if (text.endsWith('i') && size >= 1024n * billion && quantity.isInteger()) {
    const [count, power] = reduced(nanos / billion, 1024n, binary.length - 1)
    return `${count}${binary[power]}`
  }
  const [count, power] = reduced(nanos, 1000n, decimal.length - 1)
  if (!/[eE][+-]?\d/.test(text)) return `${count}${decimal[power]}`
  return power === 3 ? String(count) : `${count}e${(power - 3) * 3}`
}

function reduced(value: bigint, base: bigint, most: number): [count: bigint, power: number] {
  let [count, power] = [value, 0]
  for (; power < most && count % base === 0n; power++) count /= base
  return [count, power]
}
