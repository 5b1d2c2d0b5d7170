import type { Interval, JudgeName, JudgeRecord, TableOptions } from '@serin/analysis'
import { CliError } from '../exit.ts'
import { type Call, text } from '../verb.ts'
import type { Bench } from './bench.ts'
import { flagName } from './judgeFlags.ts'
import { kayentaJudging } from './kayentaJudging.ts'
import { sequentialJudging } from './sequentialJudging.ts'
import { thresholdJudging } from './thresholdJudging.ts'

/** One of the judges, with what the flags say, before the metrics are known. */
export interface Judging {
  readonly name: JudgeName
  readonly table: TableOptions
  /** Begins once there are metrics. A fault of the plan is a CliError. */
  begin(first: Interval, record: JudgeRecord | undefined): Bench
}

const judgings: Readonly<Record<JudgeName, (call: Call, after?: number) => Promise<Judging>>> = {
  sequential: sequentialJudging,
  kayenta: kayentaJudging,
  threshold: thresholdJudging,
}

interface Purpose {
  /** Flags that mean something to the verb itself. */
  readonly also?: readonly string[]
  /** Intervals of a release, for a judge that looks once. */
  readonly after?: number
}

/** The judge of that name. A flag that means nothing to it is a CliError. */
export async function judgingOf(call: Call, name: JudgeName, { also = [], after }: Purpose = {}): Promise<Judging> {
  for (const [flag, judges] of Object.entries(flagsOfJudges)) {
    if (!also.includes(flag) && text(call, flagName(flag)) !== undefined && !judges.includes(name))
      throw new CliError(`--${flag} means nothing to --judge ${name}`, [`It is for --judge ${judges.join(' and ')}.`])
  }
  return judgings[name](call, after)
}

/** Flags that only some judges know. */
const flagsOfJudges: Readonly<Record<string, readonly JudgeName[]>> = {
  ...Object.fromEntries(
    ['alpha', 'beta', 'interval', 'bake', 'deadline', 'tolerance', 'margin', 'direction', 'weights', 'budget'].map((flag) => [
      flag,
      ['sequential'] as const,
    ]),
  ),
  plan: ['sequential', 'threshold'],
  config: ['kayenta'],
  marginal: ['kayenta'],
  pass: ['threshold', 'kayenta'],
  fail: ['threshold'],
  metric: ['threshold'],
  count: ['threshold'],
  'failure-limit': ['threshold'],
  'inconclusive-limit': ['threshold'],
  'error-limit': ['threshold'],
}
