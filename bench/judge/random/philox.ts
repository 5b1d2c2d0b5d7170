/** One block of Philox 4x32-10: four words from a counter of four words and a key of two. */
export type Words = readonly [number, number, number, number]

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/**
 * Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11): a keyed function of a counter, so that any
 * part of any run can be drawn without what comes before it. Unsigned 32-bit words in and out; integers only, the same on every machine.
 */
export function philox([c0, c1, c2, c3]: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = [c0, c1, c2, c3]
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = highWord(multiplier0, a)
    const low0 = Math.imul(multiplier0, a)
    const high1 = highWord(multiplier1, c)
    const low1 = Math.imul(multiplier1, c)
    a = (high1 ^ b ^ k0) >>> 0
    b = low1 >>> 0
    c = (high0 ^ d ^ k1) >>> 0
    d = low0 >>> 0
    k0 = (k0 + weyl0) >>> 0
    k1 = (k1 + weyl1) >>> 0
  }
  return [a, b, c, d]
}

/** The upper 32 bits of a product of two 32-bit words, by halves: every partial sum fits a double exactly. */
function highWord(x: number, y: number): number {
  const xHigh = x >>> 16
  const xLow = x & 0xffff
  const yHigh = y >>> 16
  const yLow = y & 0xffff
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16)
  const other = xLow * yHigh + (middle & 0xffff)
  return xHigh * yHigh + (middle >>> 16) + (other >>> 16)
}

/** FNV-1a of a name, for keys. */
function hash(text: string): number {
  let word = 0x811c9dc5
  for (let at = 0; at < text.length; at++) word = Math.imul(word ^ text.charCodeAt(at), 0x01000193)
  return word >>> 0
}

/** Numbers that depend on seed, name, run and purpose alone. */
export class Stream {
  readonly #key: readonly [number, number]
  readonly #run: number
  readonly #purpose: number
  #block = 0
  #words: Words = [0, 0, 0, 0]
  #used = 4

  constructor(seed: number, name: string, run: number, purpose: 'run' | 'history' | 'other' = 'run') {
    this.#key = [seed >>> 0, hash(name)]
    this.#run = run >>> 0
    this.#purpose = { run: 0, history: 1, other: 2 }[purpose]
  }

  /** 32 bits. */
  word(): number {
    if (this.#used === 4) {
      this.#words = philox([this.#block++, this.#run, this.#purpose, 0], this.#key)
      this.#used = 0
    }
    return this.#words[this.#used++] ?? 0
  }

  /** Uniform between 0 and 1, neither included, 52 bits. */
  uniform(): number {
    return ((this.word() >>> 6) * 67_108_864 + (this.word() >>> 6) + 0.5) / 4_503_599_627_370_496
  }
}
