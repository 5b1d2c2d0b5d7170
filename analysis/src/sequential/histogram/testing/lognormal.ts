import { normalCdf } from '../../../special/normal.ts'
import type { Bucket, HistogramSample } from '../../../table.ts'

/** Requests of which `share` are `factor` times slower than a lognormal of median `median` and log standard deviation 0.6. */
export interface Latency {
  readonly median: number
  readonly slow?: { readonly share: number; readonly factor: number }
}

const sd = 0.6

function below(latency: Latency, upper: number): number {
  const cdf = (median: number): number => normalCdf(Math.log(upper / median) / sd)
  const { median, slow } = latency
  return slow ? (1 - slow.share) * cdf(median) + slow.share * cdf(median * slow.factor) : cdf(median)
}

/** One interval of about `n` requests in an exponential histogram of schema 3, in seconds. */
export function native(random: () => number, n: number, latency: Latency): HistogramSample {
  const buckets: Bucket[] = []
  let before = below(latency, 2 ** (-61 / 8))
  for (let place = -60; place <= 30; place++) {
    const upper = 2 ** (place / 8)
    const now = below(latency, upper)
    const count = poisson(random, n * (now - before))
    if (count > 0 || buckets.length > 0) buckets.push([upper, count])
    before = now
  }
  while (buckets.at(-1)?.[1] === 0) buckets.pop()
  return { buckets }
}

const edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY]

/** The same in a classic histogram with the usual edges. */
export function classic(random: () => number, n: number, latency: Latency): HistogramSample {
  let before = 0
  return {
    buckets: edges.map((upper) => {
      const now = upper === Number.POSITIVE_INFINITY ? 1 : below(latency, upper)
      const count = poisson(random, n * (now - before))
      before = now
      return [upper, count]
    }),
  }
}

/** Uniform numbers from a seed (a Weyl sequence with a mixed output). */
export function uniform(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** By inversion; from a mean of 30 on the rounded normal distribution. */
function poisson(random: () => number, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)))
  let left = random()
  let count = 0
  for (let p = Math.exp(-mean); left > p && count < 200; p *= mean / count) {
    left -= p
    count++
  }
  return count
}
