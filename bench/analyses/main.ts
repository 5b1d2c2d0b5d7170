// Many analyses at once, made by hand: how soon after it is due each interval is judged and written, and what that costs the controller.
//   npm run bench:analyses [-- --analyses 1000 --interval 60 --intervals 5 --history 12h --embedded --profile folder]
// On the real control plane, on the cluster of $KUBECONFIG, or with --embedded on the embedded API server. Only the usual sizes on the real one are
// written to bench/results/analyses.json. It exits with 1 when an interval was not judged before the next was due.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../machine.ts'
import { measure, type Outcome } from './measure.ts'
import { type Options, readOptions, usual } from './options.ts'

const options = optionsOrExit()
// The controller is killed when this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const outcome = await measure(options, (line) => console.error(line))
const results = { analyses: headline(outcome) }
console.log(JSON.stringify(results, null, 2))
console.table(outcome.rounds.map((round) => Object.fromEntries(Object.entries(round).map(([name, value]) => [name, rounded(value)]))))
for (const problem of outcome.problems) console.log(problem)
const isUsual = Object.entries(usual).every(([name, value]) => options[name as keyof typeof usual] === value)
if (isUsual && options.plane.kind === 'real') {
  const folder = join(import.meta.dirname, '..', 'results')
  mkdirSync(folder, { recursive: true })
  const rounds = outcome.rounds.map((round) => Object.fromEntries(Object.entries(round).map(([name, value]) => [name, rounded(value)])))
  writeFileSync(join(folder, 'analyses.json'), `${JSON.stringify({ machine: machine(), results, rounds }, null, 2)}\n`)
}
process.exit(outcome.rounds.every(({ inTime }) => inTime === options.analyses) ? 0 : 1)

/** The figures over all rounds. */
function headline({ learning, rounds, statusBytes, recordBytes, peakRssMiB }: Outcome): Record<string, number> {
  const most = (value: (round: Outcome['rounds'][number]) => number) => Math.max(...rounds.map(value))
  const usualOf = (value: (round: Outcome['rounds'][number]) => number) =>
    rounds.map(value).sort((a, b) => a - b)[Math.floor((rounds.length - 1) / 2)] ?? Number.NaN
  const figures = {
    analyses: options.analyses,
    intervalSeconds: options.interval,
    intervals: options.intervals,
    medianMs: usualOf(({ medianMs }) => medianMs),
    p99Ms: most(({ p99Ms }) => p99Ms),
    maxMs: most(({ maxMs }) => maxMs),
    judgedInTime: rounds.reduce((sum, { inTime }) => sum + inTime, 0),
    judgementsDue: options.analyses * rounds.length,
    queriesAnInterval: usualOf(({ queries }) => queries),
    readMiBAnInterval: usualOf(({ readMiB }) => readMiB),
    writtenMiBAnInterval: usualOf(({ writtenMiB }) => writtenMiB),
    cpuSecondsAnInterval: usualOf(({ cpuSeconds }) => cpuSeconds),
    cpuMillisecondsAJudgement: (1000 * usualOf(({ cpuSeconds }) => cpuSeconds)) / options.analyses,
    rssMiB: most(({ rssMiB }) => rssMiB),
    peakRssMiB,
    statusBytes,
    recordBytes,
    learningSeconds: learning.seconds,
    learningCpuMillisecondsAnAnalysis: learning.cpuMillisecondsAnAnalysis,
    learningFailed: learning.without,
  }
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)]))
}

function rounded(value: number): number {
  return Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3))
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2), process.env.KUBECONFIG)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}
