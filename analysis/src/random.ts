/** Numbers strictly between 0 and 1, one a call. */
export type Uniform = () => number

/**
 * A stream of uniform numbers named by integers (seed, run, metric, ...): the nth number is a hash of the names and n, so what one stream hands
 * out never depends on how much another was used. 2^32 numbers a stream; for simulation, not for secrets.
 */
export function uniforms(...names: readonly number[]): Uniform {
  let key = 0x243f6a88
  for (const name of names) key = mix(Math.imul(key, 0x9e3779b1) ^ mix(name | 0))
  const second = mix(key ^ 0x85a308d3)
  let at = 0
  return () => {
    at = (at + 1) | 0
    return (mix(mix(Math.imul(at, 0x9e3779b1) ^ key) ^ second) + 0.5) / 4294967296
  }
}

/** A 32-bit number from text (FNV-1a, then mixed), for naming a stream. */
export function nameOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}

/** Standard normal, by Box and Muller. */
export function normal(uniform: Uniform): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/** Gamma of scale 1, by Marsaglia and Tsang (2000). */
export function gamma(uniform: Uniform, shape: number): number {
  if (!(shape > 0)) return 0
  if (shape < 1) return gamma(uniform, shape + 1) * uniform() ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(uniform)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Means from which a Poisson number is a rounded normal one, corrected for its skewness (Cornish and Fisher). */
const manyEvents = 30

/** Poisson of that mean: exact under 30 events, within a fraction of an event of the right quantile above. */
export function poisson(uniform: Uniform, mean: number): number {
  if (!(mean > 0)) return 0
  if (mean >= manyEvents) {
    const z = normal(uniform)
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6))
  }
  let chance = Math.exp(-mean)
  let rest = uniform()
  let count = 0
  while (rest > chance && chance > 0) {
    rest -= chance
    count += 1
    chance *= mean / count
  }
  return count
}

/** Counts of that mean that vary `dispersion` >= 1 times as much as independent ones: Poisson with a gamma-distributed mean. */
export function clustered(uniform: Uniform, mean: number, dispersion: number): number {
  const excess = dispersion - 1
  return poisson(uniform, excess > 0 && mean > 0 ? gamma(uniform, mean / excess) * excess : mean)
}

function mix(value: number): number {
  let hash = value >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return (hash ^ (hash >>> 16)) >>> 0
}
