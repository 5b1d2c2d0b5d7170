import type { Arm, CountSample, HistogramSample, Interval, Measurement, RatioSample } from './table.ts'

/** A table that cannot be judged. The message says what is wrong, where, and what to write instead. */
export class TableError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TableError'
  }
}

/** Counts above it are not exact any more. */
const mostCounts = 1e15

/** What is wrong with a sample: which field of it, and the rest of the sentence that begins with its name. */
export interface Fault {
  readonly field: string
  readonly wrong: string
}

/** Refuses, with a TableError, numbers that no judge could make sense of. What is merely missing is fine. */
export function checkInterval({ interval, weight, metrics }: Interval): void {
  if (!Number.isSafeInteger(interval)) throw new TableError(`interval ${interval} is not a whole number: label intervals 1, 2, 3`)
  if (weight !== undefined && !(weight >= 0 && weight <= 100))
    throw new TableError(`interval ${interval}: weight ${weight} is not a percentage: write a number from 0 to 100`)
  for (const name of Object.keys(metrics)) {
    const measured = metrics[name]
    if (!measured) continue
    for (const arm of ['canary', 'baseline'] as const) {
      const fault = faultOf(measured, arm)
      if (fault) throw new TableError(`interval ${interval}, ${name}: ${arm}.${fault.field} ${fault.wrong}`)
    }
  }
}

function faultOf(measured: Measurement, arm: Arm): Fault | undefined {
  switch (measured.form) {
    case 'ratio':
      return measured[arm] && ratioFault(measured[arm])
    case 'count':
      return measured[arm] && countFault(measured[arm])
    case 'histogram':
      return measured[arm] && histogramFault(measured[arm])
    case 'gauge': {
      const wrong = measured[arm]?.values.find(isOutside)
      return wrong === undefined
        ? undefined
        : { field: 'values', wrong: `holds ${wrong}: gauges are compared by their ratio, so each must be a number from 0 up` }
    }
    case 'raw': {
      const wrong = measured[arm]?.samples.find(isOutside)
      return wrong === undefined ? undefined : { field: 'samples', wrong: `holds ${wrong}: observations must be numbers from 0 up` }
    }
  }
}

export function ratioFault({ bad, total }: RatioSample): Fault | undefined {
  return (
    countedFault('bad', bad) ??
    countedFault('total', total) ??
    (bad > total ? { field: 'bad', wrong: `is ${bad} of a total of ${total}: bad events are counted in total too` } : undefined)
  )
}

export function countFault({ count, exposure }: CountSample): Fault | undefined {
  return countedFault('count', count) ?? (exposure === undefined ? undefined : countedFault('exposure', exposure))
}

/** O(buckets). Counts may also be those up to each edge. */
export function histogramFault({ buckets }: HistogramSample): Fault | undefined {
  const field = 'buckets'
  let last = Number.NEGATIVE_INFINITY
  for (const [upper, count] of buckets) {
    if (!(upper > last))
      return { field, wrong: `has the edge ${upper} after ${last}: upper edges are numbers in ascending order, each once` }
    const wrong = wrongCount(count)
    if (wrong !== undefined) return { field, wrong: `up to ${upper} ${wrong}` }
    if (upper < 0 && count > 0)
      return {
        field,
        wrong: `up to ${upper} is ${count}: a histogram holds values from 0 up; write values that can be negative as a gauge, one number a pod`,
      }
    last = upper
  }
  return undefined
}

function isOutside(value: number): boolean {
  return !(value >= 0 && value < Number.POSITIVE_INFINITY)
}

function countedFault(field: string, value: number): Fault | undefined {
  const wrong = wrongCount(value)
  return wrong === undefined ? undefined : { field, wrong }
}

function wrongCount(value: number): string | undefined {
  if (value >= 0 && value <= mostCounts) return undefined
  if (value < 0) return `is ${value}: a count cannot be negative`
  // JSON has no such numbers, but 1e999 becomes one.
  return `is ${value === Number.POSITIVE_INFINITY ? 'too large a number' : value}: write a count from 0 to 1,000,000,000,000,000`
}
