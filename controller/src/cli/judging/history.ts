import type { Interval, JudgeRecord, TableOptions } from '@serin/analysis'
import { CliError } from '../exit.ts'
import { type Call, text } from '../verb.ts'
import { readTable } from './tableInput.ts'

export interface History {
  readonly intervals: readonly Interval[]
  /** The first that has metrics. */
  readonly first: Interval
  readonly record: JudgeRecord | undefined
}

/** A history of the stable version: a table in which `canary` is some of its pods and `baseline` the rest. */
export async function readHistory(call: Call, options: TableOptions): Promise<History> {
  const intervals: Interval[] = []
  const { record } = await readTable(call.io, text(call, 'filename') ?? '-', options, (interval) => {
    intervals.push(interval)
  })
  const first = intervals.find(({ metrics }) => Object.keys(metrics).length > 0)
  if (!first) throw new CliError('there is no metric in any interval of the history')
  return { intervals, first, record }
}

export const historyHelp: readonly string[] = [
  'The history is a table in any format of `serin judge`, of a time without a release: canary is some of the stable pods, baseline the others.',
]
