import type { Sample } from './exposition.ts'
import { type Labels, nameLabel } from './labels.ts'

/** The samples of one label set in ascending time; those from index `first` to before `size` count. Milliseconds. */
export interface Series {
  readonly labels: Labels
  readonly times: ArrayLike<number>
  readonly values: ArrayLike<number>
  readonly first: number
  readonly size: number
  /** When it was found to be gone, ascending: from then to its next sample it has no value. */
  readonly ends: readonly number[]
}

/** A label must (not) equal a value or match a pattern as a whole. A missing label is an empty one. */
export interface Matcher {
  readonly label: string
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
  matches(value: string): boolean
}

/** Where series come from. */
export interface SeriesSource {
  /** Those that all matchers match. */
  select(matchers: readonly Matcher[]): Series[]
}

/** A source over the given series. */
export function seriesSource(all: readonly Series[]): SeriesSource {
  return { select: (matchers) => all.filter(({ labels }) => matchesAll(labels, matchers)) }
}

export const matchesAll = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  matchers.every((matcher) => matcher.matches(labels[matcher.label] ?? ''))

/** A source in which every sample was scraped once, at that time. */
export function scrapedAt(samples: readonly Sample[], at: number): SeriesSource {
  return seriesSource(samples.map((sample) => seriesOf(sample.name, sample.labels, [[at, sample.value]])))
}

/** One series with these points; `ends` as in Series. */
export function seriesOf(
  name: string,
  labels: Labels,
  points: readonly (readonly [at: number, value: number])[],
  ends: readonly number[] = [],
): Series {
  return {
    labels: { [nameLabel]: name, ...labels },
    times: points.map(([at]) => at),
    values: points.map(([, value]) => value),
    first: 0,
    size: points.length,
    ends,
  }
}

/** Index of the last sample at or before that time; `series.first - 1` when there is none. */
export function lastIndexAt(series: Series, at: number): number {
  let low = series.first
  let high = series.size
  while (low < high) {
    const middle = (low + high) >> 1
    if ((series.times[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}
