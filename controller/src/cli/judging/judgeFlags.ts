import { type JudgeName, judgeNames } from '@serin/analysis'
import { CliError } from '../exit.ts'
import { type Call, duration, type Flag, text } from '../verb.ts'

export const inputFlags: readonly Flag[] = [
  { flags: '-f, --filename <path>', about: 'record or table to read: JSON lines, CSV or JSON; -: standard input', default: '-' },
]

/** Flags that write a word of the sequential judge's plan. */
export const planFlags: readonly Flag[] = [
  { flags: '--plan <path>', about: 'YAML or JSON file with the plan; flags override it' },
  { flags: '--alpha <share>', about: 'chance of failing a healthy release, all looks together; default 5%' },
  { flags: '--beta <share>', about: 'chance of passing a release that is beyond its margin; default 5%' },
  { flags: '--interval <duration>', about: 'length of an interval; default 60s' },
  { flags: '--bake <duration>', about: 'no pass before; default 5m' },
  { flags: '--deadline <duration>', about: 'undecided after that is inconclusive; default 1h' },
  { flags: '--tolerance <share>', about: 'a difference below it is never harm, relative to the baseline' },
  { flags: '--margin <share>', about: 'a pass means: surely not worse than this, relative to the baseline' },
  { flags: '--direction <way>', about: 'which change is harm', choices: ['increase', 'decrease', 'either'] },
  { flags: '--weights <percents>', about: 'steps of an evidence ramp, like 1,5,25,50' },
  { flags: '--budget <share>', about: 'harm that a step may hide, as a share of all requests; default 0.1%' },
]

/** Flags that say what only one of the judges understands. */
export const flagsOfJudges: readonly Flag[] = [
  ...planFlags,
  {
    flags: '--pass <condition>',
    about: 'threshold: a measurement passes when this is true; kayenta: score from which it passes, default 95',
  },
  { flags: '--fail <condition>', about: 'threshold: a measurement fails when this is true' },
  { flags: '--metric <name>', about: 'threshold: the metric meant, when the table has several' },
  { flags: '--count <number>', about: 'threshold: measurements until it passes; default: it never does' },
  { flags: '--failure-limit <number>', about: 'threshold: failed measurements allowed; default 0' },
  { flags: '--inconclusive-limit <number>', about: 'threshold: inconclusive measurements allowed; default 0' },
  { flags: '--error-limit <number>', about: 'threshold: errors in a row allowed; default 4' },
  { flags: '--config <path>', about: 'kayenta: canary config (JSON), as it is; default: every metric, an increase is harm' },
  { flags: '--marginal <score>', about: 'kayenta: score below which it fails; default 75' },
]
/** The same, and one that chooses a judge. */
export const judgeFlags: readonly Flag[] = [
  { flags: '--judge <name>', about: 'which judge', default: 'sequential', choices: judgeNames },
  ...flagsOfJudges,
]
export const outputFlag: Flag = { flags: '-o, --output <format>', about: 'how to print', default: 'text', choices: ['text', 'json'] }

export function judgeName(call: Pick<Call, 'options'>): JudgeName {
  return judgeNames.find((one) => one === text(call, 'judge')) ?? 'sequential'
}

/** What the flags say, as a plan says it: for the whole, for every metric, and for the ramp. */
export function planWords(call: Pick<Call, 'options'>): {
  readonly whole: Record<string, unknown>
  readonly each: Record<string, unknown>
  readonly ramp: Record<string, unknown> | undefined
} {
  const seconds = (name: string) => (text(call, name) === undefined ? undefined : duration(call, name, '') / 1000)
  const weights = text(call, 'weights')
  const ramp = given({ weights: weights === undefined ? undefined : percents(weights), budget: share(call, 'budget') })
  return {
    whole: given({
      alpha: share(call, 'alpha'),
      beta: share(call, 'beta'),
      interval: seconds('interval'),
      bake: seconds('bake'),
      deadline: seconds('deadline'),
    }),
    each: given({ tolerance: share(call, 'tolerance'), margin: share(call, 'margin'), direction: text(call, 'direction') }),
    ramp: Object.keys(ramp).length === 0 ? undefined : ramp,
  }
}

/** `0.05` or `5%`; anything else is a CliError. */
export function share(call: Pick<Call, 'options'>, name: string): number | string | undefined {
  const value = text(call, name)
  if (value === undefined) return undefined
  if (/^(\d+\.?\d*|\.\d+)%$/.test(value)) return value.replace(/^\./, '0.').replace('.%', '%')
  if (/^(\d+\.?\d*|\.\d+)$/.test(value)) return Number(value)
  throw new CliError(`--${name} ${value} is not a share`, ['Write it like 5% or 0.05.'])
}

function percents(value: string): number[] {
  const weights = value.split(',').map((part) => {
    const number = part.trim().replace(/%$/, '')
    if (/^\d+(\.\d+)?$/.test(number)) return Number(number)
    throw new CliError(`--weights ${value}: ${part === '' ? 'nothing' : part} is not a percentage`, ['Write weights like 1,5,25,50.'])
  })
  const at = weights.findIndex((weight, index) => weight <= (weights[index - 1] ?? Number.NEGATIVE_INFINITY))
  if (at > 0)
    throw new CliError(`--weights ${value}: ${weights[at]} comes after ${weights[at - 1]}`, ['Steps rise: write them like 1,5,25,50.'])
  return weights
}

/** A whole number of a flag. */
export function wholeNumber(call: Pick<Call, 'options'>, name: string): number | undefined {
  const value = text(call, flagName(name))
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new CliError(`--${name} ${value} is not a whole number`, ['Write a number like 3.'])
}

/** `--failure-limit` is found under failureLimit. */
export function flagName(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

function given<T extends Record<string, unknown>>(words: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
}
