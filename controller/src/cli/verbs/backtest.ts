import { type Backtest, backtest as backtestOf, calibrate, sequentialJudge, withHistory } from '@serin/analysis'
import { type ExitCode, exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { guarded } from '../judging/guarded.ts'
import { historyHelp, readHistory } from '../judging/history.ts'
import { inputFlags, judgeFlags, judgeName, outputFlag } from '../judging/judgeFlags.ts'
import { judgingOf } from '../judging/judging.ts'
import { planSource } from '../judging/sequentialJudging.ts'
import { lines, print } from '../output.ts'
import { backtestView } from '../render/backtest.ts'
import { type Call, duration, text, type Verb } from '../verb.ts'

export const backtest: Verb = {
  name: 'backtest',
  about: 'say which false alarms an analysis would have raised in a history',
  scope: 'none',
  flags: [...inputFlags, outputFlag, ...judgeFlags],
  help: [
    ...historyHelp,
    'It is cut into releases as long as the deadline, each of which is judged; none of them changed anything, so every alarm is a false one.',
    '',
    'Examples:',
    '  serin backtest -f yesterday.csv --plan plan.yaml',
    "  serin backtest -f yesterday.csv --judge threshold --fail 'canary.bad / canary.total > 0.01' --count 60",
    '',
    'Exit code:',
    '  0  no false alarm',
    '  1  at least one',
    '  2  the history is too short for one release',
    '  3  wrong usage, or a history that cannot be read',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const found = judgeName(call) === 'sequential' ? await sequential(call) : await another(call)
    if (text(call, 'output') === 'json') print(io, 'json', found)
    else lines(io, backtestView(lookOf(io), found))
    return codeOf(found)
  },
}

/** With what the history itself says of dispersion, as a release would know it. */
async function sequential(call: Call): Promise<Backtest> {
  // Refuses the flags of the other judges.
  await judgingOf(call, 'sequential')
  const source = await planSource(call)
  const { intervals, first, record } = await readHistory(call, source.table)
  const bare = source.planFor(first, record)
  return guarded(() => {
    const plan = withHistory(bare, calibrate([intervals], bare.metrics))
    return backtestOf({ judge: sequentialJudge, plan, draws: [intervals], deadline: plan.deadline, interval: plan.interval })
  })
}

async function another(call: Call): Promise<Backtest> {
  const deadline = duration(call, 'deadline', '1h') / 1000
  const interval = duration(call, 'interval', '60s') / 1000
  const after = Math.max(1, Math.floor(deadline / interval))
  const judging = await judgingOf(call, judgeName(call), { also: ['deadline', 'interval'], after })
  const { intervals, first, record } = await readHistory(call, judging.table)
  return guarded(() => judging.begin(first, record).backtest([intervals], { deadline, interval }))
}

function codeOf({ releases, alarms }: Backtest): ExitCode {
  return releases === 0 ? exit.timedOut : alarms.length > 0 ? exit.failed : exit.ok
}
