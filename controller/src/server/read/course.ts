import type { Interval } from '@serin/analysis'
import { namesOf, seated } from '../../evidence/parts.ts'
import type { PartRecord, RunRecord } from '../../evidence/record.ts'
import { finite } from './values.ts'

/** What a judge said of a metric after an interval. */
export interface Look {
  readonly estimate: number | null
  readonly low: number | null
  readonly high: number | null
  readonly verdict: string
}

/** The looks of a part, one an interval: by metric. */
export interface PartCourse {
  readonly part: PartRecord
  readonly looks: readonly ReadonlyMap<string, Look>[]
}

/**
 * Limits cost a pass over all that came before: they are made at so many looks at most, evenly spread, and at the last. In between those of the look
 * before stand, which hold as well: a confidence sequence covers the truth at all looks at once.
 */
const mostExplained = 120

const words = { continue: 'Running', pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive' } as const

/**
 * Judges a record interval by interval, as the controller did. A generator, because a long record takes a while: whoever drives it may do other things
 * after each look. `known`: the course of an earlier state of the same record, whose looks are taken over.
 */
export function* coursesOf(record: RunRecord, known: readonly PartCourse[] = []): Generator<void, PartCourse[]> {
  const courses: PartCourse[] = []
  for (const part of record.parts) {
    const earlier = known.find((one) => one.part.key === part.key && continues(one.part, part))
    const looks = [...(earlier?.looks ?? [])]
    let sitting = seated(part, part.intervals.slice(0, looks.length))
    const every = Math.max(1, Math.ceil(part.intervals.length / mostExplained))
    for (const [at, interval] of part.intervals.entries()) {
      if (at < looks.length) continue
      sitting = sitting.observe(interval)
      const whole = at % every === 0 || at === part.intervals.length - 1
      const { metrics } = whole ? sitting.explained(part.intervals.slice(0, at + 1)) : sitting.verdict()
      const before = whole ? undefined : looks.at(-1)
      looks.push(
        new Map(
          metrics.map(({ name, ratio, verdict }) => {
            const limit = (end: 'low' | 'high') => finite(ratio?.[end] ?? before?.get(name)?.[end])
            return [name, { estimate: finite(ratio?.estimate), low: limit('low'), high: limit('high'), verdict: words[verdict] }]
          }),
        ),
      )
      yield
    }
    courses.push({ part, looks })
  }
  return courses
}

/** Whether a part is an earlier one with further intervals. Merged ones have other labels, and what was learned another plan. */
function continues(earlier: PartRecord, part: PartRecord): boolean {
  const n = earlier.intervals.length
  const same = (a: Interval | undefined, b: Interval | undefined) => JSON.stringify(a) === JSON.stringify(b)
  return (
    n <= part.intervals.length &&
    JSON.stringify(earlier.plan) === JSON.stringify(part.plan) &&
    same(earlier.intervals[0], part.intervals[0]) &&
    same(earlier.intervals[n - 1], part.intervals[n - 1])
  )
}

export const partOf = (courses: readonly PartCourse[], metric: string): PartCourse | undefined =>
  courses.find(({ part }) => namesOf(part).includes(metric))
