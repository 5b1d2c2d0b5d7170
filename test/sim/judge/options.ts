import { parseArgs } from 'node:util'
import { whole } from '../../../bench/options.ts'
import type { Task } from './threads.ts'
import { worldNamed, worlds } from './worlds.ts'

export interface Options {
  readonly tasks: readonly Task[]
  readonly from: number
  readonly workers: number
  /** No release is begun after that. */
  readonly minutes: number
  /** Every world at its full size: only then the results are written. */
  readonly whole: boolean
}

/** Releases in a world of portion 100. */
const usualRuns = 30

/** Throws an Error with a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      from: { type: 'string', default: '1' },
      world: { type: 'string' },
      minutes: { type: 'string' },
      workers: { type: 'string', default: '1' },
    },
  })
  const from = whole('from', values.from, 0)
  const runs = values.runs === undefined ? undefined : whole('runs', values.runs, 1)
  const only = values.world === undefined ? undefined : worldNamed(values.world)
  const countOf = (portion: number) => Math.max(1, Math.round(((runs ?? usualRuns) * portion) / 100))
  // All worlds side by side, so that whoever stops early has some of each.
  const tasks = (only ? [only] : worlds)
    .flatMap(({ name, portion }) => {
      const count = only && runs !== undefined ? runs : countOf(portion)
      return Array.from({ length: count }, (_, at) => ({ place: (at + 0.5) / count, task: { world: name, seed: from + at } }))
    })
    .sort((a, b) => a.place - b.place)
    .map(({ task }) => task)
  return {
    tasks,
    from,
    workers: whole('workers', values.workers, 1),
    minutes: values.minutes === undefined ? Number.POSITIVE_INFINITY : whole('minutes', values.minutes, 1),
    whole: only === undefined && runs === undefined && from === 1,
  }
}
