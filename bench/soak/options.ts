import { parseArgs } from 'node:util'
import { sharedOptions, whole } from '../options.ts'

export interface Options {
  readonly rollouts: number
  readonly hours: number
  /** In this time every Rollout is released once. Histories hold two releases, so after two of them nothing grows any more that may. */
  readonly cycleHours: number
  /** The usual sizes: the figures are written. */
  readonly whole: boolean
}

const usual = { rollouts: 1000, hours: 24, cycleHours: 6 }
const small = { rollouts: 60, hours: 8, cycleHours: 2 }

/** Throws an Error with a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: sharedOptions.quick, rollouts: { type: 'string' }, hours: { type: 'string' }, cycle: { type: 'string' } },
  })
  const sizes = values.quick ? small : usual
  const number = (name: 'rollouts' | 'hours' | 'cycle', otherwise: number) =>
    values[name] === undefined ? otherwise : whole(name, values[name], 1)
  const given = {
    rollouts: number('rollouts', sizes.rollouts),
    hours: number('hours', sizes.hours),
    cycleHours: number('cycle', sizes.cycleHours),
  }
  if (given.hours < 2 * given.cycleHours + 1)
    throw new Error(`--hours ${given.hours}: the slope is that of the hours after two cycles; write ${2 * given.cycleHours + 1} or more`)
  return { ...given, whole: (Object.keys(usual) as (keyof typeof usual)[]).every((name) => given[name] === usual[name]) }
}
