import type { Target } from '../judge/targets.ts'
import type { Sample } from './day.ts'
import { type Slope, slopeOf } from './slope.ts'

/** Growth below this is not told from none, however regular: about a thousandth of the heap in an hour. */
const resolutionMiBADay = 1

export interface Verdict {
  /** The first sample that counts. */
  fromHour: number
  heap: Slope
  /** Of the cluster's own objects, which the same heap holds: how much more there is to keep. */
  objects: Slope
}

/** Of the samples from that hour on. */
export function verdictOn(samples: readonly Sample[], fromHour: number): Verdict {
  const late = samples.filter(({ hours }) => hours >= fromHour)
  const slope = (value: (sample: Sample) => number) => slopeOf(late.map((sample) => ({ hours: sample.hours, value: value(sample) })))
  return { fromHour, heap: slope(({ heapMiB }) => heapMiB), objects: slope(({ objectsMiB }) => objectsMiB) }
}

export function targetsOf({ heap }: Verdict): Target[] {
  const day = (perHour: number) => `${(24 * perHour).toFixed(2)}`
  return [
    {
      what: 'slope of the heap, MiB a day',
      limit: `95 % limits hold 0, or less than ${resolutionMiBADay}`,
      measured: `${day(heap.perHour)} (${day(heap.low)} to ${day(heap.high)})`,
      met: (heap.low <= 0 && heap.high >= 0) || Math.abs(24 * heap.perHour) < resolutionMiBADay,
      ci: false,
    },
  ]
}
