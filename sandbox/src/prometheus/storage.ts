import { entry } from '../controllers/entry.ts'
import { type Labels, nameLabel, signature } from './labels.ts'
import { type Matcher, matchesAll, type Series, type SeriesSource } from './series.ts'

export interface StorageLimits {
  /** Samples older than this are dropped. Milliseconds. */
  retentionMs: number
  /** Beyond so many samples the oldest are dropped earlier; 16 bytes each. */
  maxSamples: number
}

/** A series that samples are added to, in ascending time. */
export class StoredSeries implements Series {
  readonly labels: Labels
  times: Float64Array = new Float64Array(16)
  values: Float64Array = new Float64Array(16)
  first = 0
  size = 0
  ends: number[] = []

  constructor(labels: Labels) {
    this.labels = labels
  }

  append(at: number, value: number): void {
    if (this.size === this.times.length) this.#makeRoom()
    this.times[this.size] = at
    this.values[this.size] = value
    this.size++
  }

  /** From this time on it has no value, until the next sample. */
  end(at: number): void {
    if (this.size > this.first) this.ends.push(at)
  }

  /** Drops what is older, and gives the number of samples left. */
  trim(before: number): number {
    while (this.first < this.size && (this.times[this.first] ?? 0) < before) this.first++
    while (this.ends[0] !== undefined && this.ends[0] < before) this.ends.shift()
    return this.size - this.first
  }

  /** Reuses the room of dropped samples when they are half, else takes twice as much. */
  #makeRoom(): void {
    const kept = this.size - this.first
    const room = kept > this.times.length / 2 ? this.times.length * 2 : this.times.length
    this.times = moved(this.times.subarray(this.first, this.size), room)
    this.values = moved(this.values.subarray(this.first, this.size), room)
    this.first = 0
    this.size = kept
  }
}

function moved(samples: Float64Array, room: number): Float64Array {
  const into = new Float64Array(room)
  into.set(samples)
  return into
}

/** Samples by series, for a limited time and in limited memory. */
export class Storage implements SeriesSource {
  readonly #limits: StorageLimits
  readonly #series = new Map<string, StoredSeries>()
  readonly #byName = new Map<string, Set<StoredSeries>>()

  constructor(limits: StorageLimits) {
    this.#limits = limits
  }

  /** The series with these labels, `__name__` among them; made when there is none. */
  series(labels: Labels): StoredSeries {
    return entry(this.#series, signature(labels), () => {
      const made = new StoredSeries(labels)
      entry(this.#byName, labels[nameLabel] ?? '', () => new Set<StoredSeries>()).add(made)
      return made
    })
  }

  select(matchers: readonly Matcher[]): Series[] {
    const name = matchers.find(({ label, op }) => label === nameLabel && op === '=')?.value
    const candidates = name === undefined ? this.#series.values() : (this.#byName.get(name) ?? [])
    return [...candidates].filter(({ labels }) => matchesAll(labels, matchers))
  }

  /** Keeps the limits. Series without samples are forgotten: whoever holds one must ask for it again. */
  trim(now: number): void {
    let before = now - this.#limits.retentionMs
    let left = this.#trimAll(before)
    while (left > this.#limits.maxSamples) {
      // a quarter of the time at once, so that this is rare
      before += (now - before) / 4
      const after = this.#trimAll(before)
      if (after === left && now - before < 1) break
      left = after
    }
  }

  clear(): void {
    this.#series.clear()
    this.#byName.clear()
  }

  #trimAll(before: number): number {
    let left = 0
    for (const [key, series] of this.#series) {
      const kept = series.trim(before)
      left += kept
      if (kept > 0) continue
      this.#series.delete(key)
      const named = this.#byName.get(series.labels[nameLabel] ?? '')
      named?.delete(series)
    }
    return left
  }
}
