import { calibrate, planRelease, withHistory } from '@serin/analysis'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { guarded } from '../judging/guarded.ts'
import { historyHelp, readHistory } from '../judging/history.ts'
import { inputFlags, outputFlag, planFlags, wholeNumber } from '../judging/judgeFlags.ts'
import { planSource } from '../judging/sequentialJudging.ts'
import { lines, print } from '../output.ts'
import { forecastView } from '../render/forecast.ts'
import { type Call, text, type Verb } from '../verb.ts'

export const plan: Verb = {
  name: 'plan',
  about: 'forecast how long an analysis will take and what it will find, from a history',
  scope: 'none',
  flags: [
    ...inputFlags,
    outputFlag,
    ...planFlags,
    { flags: '--weight <percent>', about: "the canary's share of the traffic, without a ramp; default 10" },
    { flags: '--runs <number>', about: 'simulated releases; default: up to 200, fewer for long ones' },
    { flags: '--seed <number>', about: 'of the simulation: the same seed gives the same forecast', default: '1' },
  ],
  help: [
    ...historyHelp,
    '',
    'Examples:',
    '  serin plan -f yesterday.csv --weight 5 --deadline 30m',
    '  serin plan -f yesterday.csv --plan plan.yaml -o json',
    '',
    'Exit code:',
    '  0  a healthy release passes before its deadline in at least 80 % of the simulations',
    '  1  it passes in fewer than 5 %: such an analysis is of no use',
    '  2  in between',
    '  3  wrong usage, or a history that cannot be read',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const source = await planSource(call)
    const weight = weightOf(call)
    const runs = wholeNumber(call, 'runs')
    const seed = wholeNumber(call, 'seed') ?? 1
    const { intervals, first, record } = await readHistory(call, source.table)
    const bare = source.planFor(first, record)
    const calibration = guarded(() => calibrate([intervals], bare.metrics))
    const forecast = guarded(() =>
      planRelease({
        plan: withHistory(bare, calibration),
        history: [intervals],
        seed,
        ...(weight === undefined ? {} : { weight }),
        ...(runs === undefined ? {} : { runs }),
      }),
    )
    if (text(call, 'output') === 'json') print(io, 'json', { ...forecast, calibration: calibration.metrics })
    else lines(io, forecastView(lookOf(io), forecast, calibration.sentences))
    return codeOf(forecast.pass.share)
  },
}

function codeOf(share: number): ExitCode {
  return share >= 0.8 ? exit.ok : share < 0.05 ? exit.failed : exit.timedOut
}

function weightOf(call: Call): number | undefined {
  const value = text(call, 'weight')
  if (value === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  throw new CliError(`--weight ${value} is not a percentage`, ['Write a number like 5.'])
}
