// Only + - * /, Math.sqrt, Math.log and Math.exp: the first five are exact by IEEE 754, the last two are V8's own code (fdlibm), not the system's
// library, so that a version of Node draws the same numbers on every machine.
import type { Stream } from './philox.ts'

/** Standard normal, by Marsaglia's polar method. The second of each pair is dropped, so that draws do not depend on what was drawn before. */
export function normal(stream: Stream): number {
  for (;;) {
    const x = 2 * stream.uniform() - 1
    const y = 2 * stream.uniform() - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square)
  }
}

/** Gamma of that shape and scale 1, by Marsaglia and Tsang (2000). */
export function gamma(stream: Stream, shape: number): number {
  if (shape < 1) return gamma(stream, shape + 1) * Math.exp(Math.log(stream.uniform()) / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(stream)
    const t = 1 + c * x
    if (t <= 0) continue
    const v = t * t * t
    if (Math.log(stream.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Poisson: by inversion below a mean of 10, else by Hörmann's transformed rejection (PTRS, 1993). */
export function poisson(stream: Stream, mean: number): number {
  if (!(mean > 0)) return 0
  if (mean < 10) {
    let left = stream.uniform()
    let chance = Math.exp(-mean)
    let k = 0
    while (left > chance && k < 200) {
      left -= chance
      k++
      chance *= mean / k
    }
    return k
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverse = 1.1239 + 1.1328 / (b - 3.4)
  const sure = 0.9277 - 3.6224 / (b - 2)
  for (;;) {
    const u = stream.uniform() - 0.5
    const v = stream.uniform()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= sure) return k
    if (k < 0 || (us < 0.013 && v > us)) continue
    if (Math.log((v * inverse) / (a / (us * us) + b)) <= k * Math.log(mean) - mean - logFactorial(k)) return k
  }
}

/** Binomial: by inversion below a mean of 10, else by Hörmann's transformed rejection (BTRS, 1993). */
export function binomial(stream: Stream, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(stream, n, 1 - p)
  const odds = p / (1 - p)
  if (n * p < 10) {
    let left = stream.uniform()
    let chance = Math.exp(n * Math.log(1 - p))
    let k = 0
    while (left > chance && k < n) {
      left -= chance
      k++
      chance *= (odds * (n - k + 1)) / k
    }
    return k
  }
  const spread = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * spread
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const sure = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * spread
  const mode = Math.floor((n + 1) * p)
  const top = logFactorial(mode) + logFactorial(n - mode)
  for (;;) {
    const u = stream.uniform() - 0.5
    const v = stream.uniform()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5)
    if (us >= 0.07 && v <= sure) return k
    if (k < 0 || k > n) continue
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= top - logFactorial(k) - logFactorial(n - k) + (k - mode) * Math.log(odds)) return k
  }
}

/** Bad ones of `total`, of probability p each, with a variance `dispersion` times that of independent ones: negative binomial (events in clusters). */
export function clustered(stream: Stream, total: number, p: number, dispersion: number): number {
  if (dispersion <= 1) return binomial(stream, total, p)
  const mean = total * p
  if (!(mean > 0)) return 0
  return Math.min(total, poisson(stream, gamma(stream, mean / (dispersion - 1)) * (dispersion - 1)))
}

/** First-order autoregressive noise of that standard deviation, from its stationary law. */
export function autoregressive(stream: Stream, sd: number, correlation: number): () => number {
  let value = normal(stream)
  const fresh = Math.sqrt(1 - correlation * correlation)
  return () => {
    const now = value
    value = correlation * value + fresh * normal(stream)
    return sd * now
  }
}

const table = new Float64Array(32)
for (let k = 1; k < table.length; k++) table[k] = (table[k - 1] ?? 0) + Math.log(k)

function logFactorial(k: number): number {
  if (k < table.length) return table[k] ?? 0
  const square = k * k
  return (k + 0.5) * Math.log(k) - k + 0.9189385332046728 + (1 / 12 - (1 / 360 - 1 / (1260 * square)) / square) / k
}

const perUnit = 1024
const reach = 9
const cumulative = new Float64Array(2 * reach * perUnit + 1)
for (let at = 1; at < cumulative.length; at++) {
  const x = (at - 1) / perUnit - reach
  const density = (y: number): number => Math.exp(-0.5 * y * y) * 0.3989422804014327
  const simpson = (density(x) + 4 * density(x + 0.5 / perUnit) + density(x + 1 / perUnit)) / (6 * perUnit)
  cumulative[at] = (cumulative[at - 1] ?? 0) + simpson
}

/** Standard normal distribution function, from a table (error below 1e-7): worlds of thousands of buckets ask for it often. */
export function normalBelow(x: number): number {
  if (x <= -reach) return 0
  if (x >= reach) return 1
  const place = (x + reach) * perUnit
  const at = Math.floor(place)
  const low = cumulative[at] ?? 0
  return low + (place - at) * ((cumulative[at + 1] ?? 1) - low)
}
