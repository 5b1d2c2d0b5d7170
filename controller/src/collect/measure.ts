import { type Arm, combine, type Measurement, type RatioSample, type Samples } from '@serin/analysis'
import type { CollectedForm } from '../api/metric.ts'
import type { Attributed } from './attribute.ts'
import type { Remarks } from './problems.ts'
import { type How, samplesOf } from './samples.ts'
import { type ByRole, unitsOf } from './units.ts'

/** Sums that a source worked out itself may be off by so much. */
const rounding = 1e-6

/**
 * One metric in every interval, from the series of its queries; undefined where neither arm has data. Remarks say what was left out. Throws a
 * MetricProblem for series that are not of the form.
 */
export function measure(form: CollectedForm, roles: ByRole<Attributed>, how: How): (Measurement | undefined)[] {
  switch (form) {
    case 'ratio':
      return byArm('ratio', roles, how, (sample, arm) => checkedRatio(sample, how.remarks, `the ${arm}`))
    case 'count':
      return byArm('count', roles, how)
    case 'histogram':
      return byArm('histogram', roles, how)
    case 'gauge':
      return byArm('gauge', roles, how)
  }
}

function byArm<F extends CollectedForm>(
  form: F,
  roles: ByRole<Attributed>,
  how: How,
  check: (sample: Samples[F], arm: Arm) => Samples[F] | undefined = (sample) => sample,
): (Measurement | undefined)[] {
  const units = [...samplesOf(form, unitsOf(roles), how)]
  return Array.from({ length: how.grid.intervals }, (_, at) => {
    const arms: Partial<Record<Arm, Samples[F]>> = {}
    for (const arm of ['canary', 'baseline'] as const) {
      const samples = units.flatMap(([unit, list]) => {
        const sample = unit.arm === arm ? list[at] : undefined
        return sample ? [sample] : []
      })
      const sample = samples.length === 0 ? undefined : check(combine[form](samples), arm)
      if (sample) arms[arm] = sample
    }
    // The form and its samples belong together, which the compiler cannot see of a union.
    return arms.canary || arms.baseline ? ({ form, ...arms } as Measurement) : undefined
  })
}

/** Bad events beyond the total by no more than rounding are cut; more of them make no sense and are left out. */
export function checkedRatio(sample: RatioSample, remarks: Remarks, whose: string): RatioSample | undefined {
  const { bad, total } = sample
  if (bad <= total) return sample
  if (bad <= total * (1 + rounding)) return { bad: total, total }
  remarks.say(
    'bad',
    () =>
      `There are intervals in which ${whose} has more bad events (${bad}) than events at all (${total}); they are left out: count bad events in total too`,
  )
  return undefined
}
