// The judge before many seeded rollouts, beside its rivals.
//   npm run bench:judge [-- --quick] [--runs N] [--only world,...] [--seed S] [--nab folder] [--workers N]
// --quick is the gate for every change: it exits with 1 when a promise of it is broken, and writes nothing. The full run writes
// bench/results/judge.json and judge.md; --only prints instead.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../machine.ts'
import { tellMissed } from '../missed.ts'
import { optionsOrExit } from '../options.ts'
import { contest } from './contest.ts'
import { figures } from './figures.ts'
import { readOptions } from './options.ts'
import { type Origin, report, targetTable } from './report.ts'
import { historyIntervals, runsPerHistory } from './run.ts'
import { targets } from './targets.ts'
import { generatorVersion } from './worlds/all.ts'

const options = optionsOrExit(readOptions)
const began = Date.now()
const measured = await contest(options, (line) => console.error(line))
const lines = targets(measured)
const origin: Origin = {
  machine: machine(),
  generator: `generator version ${generatorVersion} (Philox 4x32-10)`,
  seed: options.seed,
  runs: options.runs,
  history: `Dispersion, edges and correlation come from a placebo history of ${historyIntervals} intervals of the same world, one for ${runsPerHistory} runs.`,
}
const page = report(measured, lines, origin)
if (!options.quick && options.only.length === 0) {
  const folder = join(import.meta.dirname, '../results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'judge.json'), figures(measured, lines, origin))
  writeFileSync(join(folder, 'judge.md'), page)
}
console.log(options.only.length > 0 ? page : targetTable(lines).join('\n'))
tellMissed(lines, ((Date.now() - began) / 1000).toFixed(0))
