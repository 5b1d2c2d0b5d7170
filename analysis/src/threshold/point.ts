import type { Form, HistogramSample, Measurement, Samples } from '../table.ts'

/** One number for one arm in one interval, as tools see it that know no counts: a rate, a mean. NaN where there was nothing to take it of. */
export function point<F extends Form>(form: F, sample: Samples[F]): number
export function point(form: Form, sample: Samples[Form]): number {
  switch (form) {
    case 'ratio': {
      const { bad, total } = sample as Samples['ratio']
      return bad / total
    }
    case 'count': {
      const { count, exposure = 1 } = sample as Samples['count']
      return count / exposure
    }
    case 'histogram':
      return histogramMean(sample as Samples['histogram'])
    case 'gauge':
      return mean((sample as Samples['gauge']).values)
    case 'raw':
      return mean((sample as Samples['raw']).samples)
  }
}

/** The same of one arm of a measurement; undefined when the arm is missing. */
export function pointOf(measurement: Measurement, arm: 'canary' | 'baseline'): number | undefined {
  const sample = measurement[arm]
  return sample && point<Form>(measurement.form, sample)
}

export function mean(values: readonly number[]): number {
  // Divided before it is summed, so that large values do not overflow.
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value / values.length, 0)
}

/** Every observation counts as the middle of its bucket; below the first edge as half of it, above the last finite one as that edge. */
function histogramMean({ buckets }: HistogramSample): number {
  let total = 0
  let sum = 0
  for (const [at, [upper, count]] of buckets.entries()) {
    const lower = buckets[at - 1]?.[0] ?? Math.min(upper, 0)
    total += count
    if (count > 0) sum += count * (Number.isFinite(upper) ? lower + (upper - lower) / 2 : Number.isFinite(lower) ? lower : Number.NaN)
  }
  return sum / total
}
