import { parseArgs } from 'node:util'
import { sharedOptions, whole, wordsOf } from '../options.ts'

export interface Options {
  readonly quick: boolean
  /** Runs in a clean world of the judge that is measured most; everything else in proportion. */
  readonly runs: number
  /** Only worlds and ramp cells whose name or family contains one of these; nothing is written then. */
  readonly only: readonly string[]
  readonly seed: number
  readonly nab?: string
  readonly workers?: number
}

/** Throws an Error with a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { ...sharedOptions, nab: { type: 'string' } },
  })
  const only = wordsOf(values.only)
  return {
    quick: values.quick,
    runs: values.runs === undefined ? (values.quick ? 1000 : 10_000) : whole('runs', values.runs, 20),
    only,
    seed: whole('seed', values.seed, 0),
    ...(values.nab === undefined ? {} : { nab: values.nab }),
    ...(values.workers === undefined ? {} : { workers: whole('workers', values.workers, 1) }),
  }
}
