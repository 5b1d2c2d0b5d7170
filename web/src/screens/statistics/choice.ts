import type { StatisticsQuery } from '../../../../controller/src/server/dto/statistics.ts'

export type By = StatisticsQuery['by']

/** What is counted, and over how long: part of the address. */
export interface Choice {
  by: By
  days: number
}

/** Lengths of time to choose from. */
export const spans: readonly number[] = [7, 30, 90, 365]

const bys: readonly By[] = ['service', 'team', 'namespace']

/** Reads an address that anybody may have written: what makes no sense counts for nothing. */
export function choiceOf(search: Readonly<Record<string, unknown>>): Choice {
  const days = Number(search.days)
  return { by: bys.find((by) => by === search.by) ?? 'service', days: Number.isInteger(days) && days >= 1 && days <= 365 ? days : 30 }
}
