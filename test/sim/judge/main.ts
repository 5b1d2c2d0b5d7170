// The judge in the loop: whole releases on the embedded cluster, on virtual time, of which only the metrics are simulated, with known truth.
//   npm run sim:judge [-- --runs N] [--from S] [--world name] [--workers N] [--minutes M]
// --runs: releases in a world of the usual size, or in the one that is named. Each is made anew by its world and seed; seeds count from --from.
// --minutes: no release is begun after so many; all worlds have had their part of it.
// It exits with 1 when a promise is broken. The whole run writes bench/results/judgeInLoop.json and judgeInLoop.md; with options it prints instead.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../../../bench/machine.ts'
import { tellMissed } from '../../../bench/missed.ts'
import { optionsOrExit } from '../../../bench/options.ts'
import { readOptions } from './options.ts'
import { figures, lineOf, report } from './report.ts'
import { summaries } from './summary.ts'
import { targets, wentWell } from './targets.ts'
import { inThreads } from './threads.ts'

const options = optionsOrExit(readOptions)
const began = Date.now()
const seconds = () => ((Date.now() - began) / 1000).toFixed(0)
let made = 0
const isTime = () => Date.now() - began < options.minutes * 60_000
const releases = await inThreads(options.tasks, options.workers, isTime, (release) => {
  made++
  if (!wentWell(release)) console.error(lineOf(release))
  if (made % 50 === 0) console.error(`${seconds()} s  ${made} of ${options.tasks.length} releases`)
})
const found = summaries(releases)
const lines = targets(found)
const origin = {
  machine: machine(),
  seed: options.from,
  runs: releases.length,
  history:
    '100 requests a second at the gateway, 0.5 % of them answered with 500 by the old version, 4 pods, intervals of 15 s, weights 1, 5, 25, 50, a bake of a minute and an hour of history where a world says nothing else.',
}
const page = report(found, releases, lines, origin)
if (options.whole) {
  const folder = join(import.meta.dirname, '../../../bench/results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'judgeInLoop.json'), figures(found, releases, lines, origin))
  writeFileSync(join(folder, 'judgeInLoop.md'), page)
}
console.log(page)
tellMissed(lines, seconds())
