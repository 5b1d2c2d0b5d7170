import type { Interval } from './table.ts'
import type { Verdict } from './verdict.ts'

/** Names of the judges, as records and people write them. */
export type JudgeName = 'sequential' | 'kayenta' | 'threshold'
export const judgeNames: readonly JudgeName[] = ['sequential', 'kayenta', 'threshold']

/** What a judge saw, with its plan: enough to judge again and come to the same verdict, bit for bit. */
export interface JudgeRecord<Plan = unknown> {
  readonly version: 1
  /** Whose verdict it is, and who judges it again unless told otherwise. A text without it is of the sequential judge. */
  readonly judge: JudgeName
  /** In the words of that judge; undefined when it was not written down. */
  readonly plan?: Plan | undefined
  readonly intervals: readonly Interval[]
  readonly verdict?: Verdict | undefined
}

/** The record as text: JSON with a line for each interval. An upper edge of Infinity is written "+Inf"; everything else reads back as the same double. */
export function printRecord({ version, judge, plan, intervals, verdict }: JudgeRecord): string {
  const parts = [`"version":${version},"judge":"${judge}"`]
  if (plan !== undefined) parts.push(`"plan":${JSON.stringify(plan)}`)
  parts.push(`"intervals":[\n${intervals.map((interval) => JSON.stringify(interval, infinite)).join(',\n')}\n]`)
  if (verdict !== undefined) parts.push(`"verdict":${JSON.stringify(verdict)}`)
  return `{${parts.join(',\n')}}\n`
}

function infinite(_key: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : value
}
