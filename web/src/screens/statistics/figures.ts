import type { Statistics, StatisticsFigures } from '../../../../controller/src/server/dto/statistics.ts'
import { spanText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'

const words = strings.statistics

/** A number a week: `3.5 a week`. */
export function perWeekText({ perWeek }: StatisticsFigures): string {
  return words.aWeek(perWeek >= 100 ? String(Math.round(perWeek)) : String(Number(perWeek.toPrecision(2))))
}

/** A length of time; `none` where nothing was measured, which is not zero. */
export function spanOr(seconds: number | null): string {
  return seconds === null ? words.none : spanText(seconds)
}

/** A share in percent; `none` where nothing was measured. */
export function shareOr(share: number | null): string {
  return share === null ? words.none : `${Number((share * 100).toPrecision(share >= 0.1 ? 3 : 2))} %`
}

/** The rows, with the total first, as a spreadsheet takes them: numbers bare, in seconds and shares of one. */
export function csvRows({ total, rows }: Statistics): (string | number | null)[][] {
  return [
    [...words.csv],
    ...[{ ...total, key: words.total }, ...rows].map(({ key, runs, deployments, perWeek, leadTime, failureRate, timeToRestore }) => [
      key ?? `(${words.noTeam})`,
      runs,
      deployments,
      perWeek,
      leadTime,
      failureRate,
      timeToRestore,
    ]),
  ]
}

/** Puts rows without a value last when the least comes first. */
export function byValue(one: number | null, other: number | null): number {
  return (one ?? Number.POSITIVE_INFINITY) - (other ?? Number.POSITIVE_INFINITY) || 0
}
