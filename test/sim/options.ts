import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

/** What a command line asks for that makes no sense; the message says what to write. */
export class BadArguments extends Error {}

export interface SimOptions {
  seeds: number
  from: number
  minutes: number | undefined
  jobs: number
  replay: number | undefined
  plan: string | undefined
  keep: boolean
  shrink: boolean
  json: string | undefined
  write: boolean
  help: boolean
}

export const simHelp = `npm run sim -- [options]

Simulates whole clusters, each from a seed, and looks whether Serin's promises are kept.

  --seeds N       so many seeds (100; without an end when --minutes is given)
  --from S        the first of them (1)
  --minutes M     begins no seed after so many minutes
  --jobs N        processes side by side (one a core)
  --replay S      that seed alone; the way it was broken, and the smallest world that breaks the same promise
  --plan FILE     the same with a plan that was written down
  --keep          prints the whole journal of --replay or --plan
  --no-shrink     looks for no smaller world
  --json FILE     writes the report there
  --write         writes the report to bench/results/sim.json
  --help          this

Exit codes: 0 every promise was kept, 1 one was broken, 3 the arguments make no sense.
`

const boolean = { type: 'boolean', default: false } as const
const string = { type: 'string' } as const

/** Throws BadArguments with a sentence for what makes no sense. */
export function readSim(args: readonly string[]): SimOptions {
  const options = {
    ...{ seeds: string, from: string, minutes: string, jobs: string, replay: string, plan: string, json: string },
    ...{ keep: boolean, 'no-shrink': boolean, write: boolean, help: boolean },
  }
  const { values } = asked(() => parseArgs({ args: [...args], options }))
  const minutes = values.minutes === undefined ? undefined : number('minutes', values.minutes)
  const one = values.replay !== undefined || values.plan !== undefined
  if (values.replay !== undefined && values.plan !== undefined) throw new BadArguments('--replay and --plan: write one of them')
  if (values.keep && !one) throw new BadArguments('--keep prints the journal of one run: say which with --replay or --plan')
  const many = (['seeds', 'from', 'minutes', 'json', 'write'] as const).find((name) => values[name])
  if (one && many) throw new BadArguments(`--${many} is for many seeds: leave it out, or ${values.plan ? '--plan' : '--replay'}`)
  return {
    seeds: values.seeds === undefined ? (minutes === undefined ? 100 : Number.POSITIVE_INFINITY) : whole('seeds', values.seeds, 1),
    from: whole('from', values.from ?? '1', 0),
    minutes,
    jobs: values.jobs === undefined ? availableParallelism() : whole('jobs', values.jobs, 1, 256),
    replay: values.replay === undefined ? undefined : whole('replay', values.replay, 0),
    plan: values.plan,
    keep: values.keep,
    shrink: !values['no-shrink'],
    json: values.json,
    write: values.write,
    help: values.help,
  }
}

/** Reads arguments; what the parser says of wrong ones is one of ours. */
export function asked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error))
  }
}

export function whole(name: string, text: string, least: number, most = 0xffffffff): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
    throw new BadArguments(`--${name} ${text}: write a whole number from ${least} to ${most}`)
  return value
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value < 1e6))
    throw new BadArguments(`--${name} ${text}: write a number above 0, such as 10 or 0.5`)
  return value
}

/** Does what a command does; bad arguments end it with 3 and a sentence, anything else that fails with 1. */
export async function command(go: (args: readonly string[]) => Promise<boolean>): Promise<never> {
  try {
    process.exit((await go(process.argv.slice(2))) ? 0 : 1)
  } catch (error) {
    if (!(error instanceof BadArguments)) throw error
    console.error(`${error.message}\nSee --help.`)
    process.exit(3)
  }
}
