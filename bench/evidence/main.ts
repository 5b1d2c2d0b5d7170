// Whole releases on the embedded cluster, on virtual time: pods, traffic through the gateway, Prometheus, and the judge in the controller.
//   npm run bench:evidence [-- --quick] [--only healthy|errors|incidents,...] [--runs N] [--seed S] [--at K] [--workers N]
// It exits with 1 when a promise that is a gate is broken. The whole run writes bench/results/evidence.json and evidence.md; --quick, --runs and --only print instead.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { targetTable } from '../judge/report.ts'
import { machine } from '../machine.ts'
import { tellMissed } from '../missed.ts'
import { optionsOrExit } from '../options.ts'
import { figures } from './figures.ts'
import { readOptions, shiftsOf } from './options.ts'
import { report, strange } from './report.ts'
import { releasesOfACluster } from './shift.ts'
import { summaries } from './summary.ts'
import { targets, wentWell } from './targets.ts'
import { inThreads } from './threads.ts'

const options = optionsOrExit(readOptions)
const began = Date.now()
const seconds = () => ((Date.now() - began) / 1000).toFixed(0)
const made = await inThreads(shiftsOf(options), options.workers, ({ kind, from, to }, releases) => {
  const well = releases.filter(wentWell).length
  console.error(`${seconds()} s  ${kind} ${from} to ${to}: ${well} of ${releases.length} as they should`)
})
const releases = made.filter(({ number }) => options.at === undefined || number === options.at)
const found = summaries(releases)
const lines = targets(found)
const origin = {
  machine: machine(),
  seed: options.seed,
  runs: Math.max(...options.runs.values()),
  history: `100 requests a second at the gateway, 0.5 % of them answered with 500, 4 pods, intervals of 15 s, weights 1, 5, 25, 50, a bake of a minute; ${releasesOfACluster} releases one after another on each cluster.`,
}
const page = report(found, releases, lines, origin)
if (options.whole) {
  const folder = join(import.meta.dirname, '../results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'evidence.json'), figures(found, releases, lines, origin))
  writeFileSync(join(folder, 'evidence.md'), page)
}
console.log(options.quick ? [...targetTable(lines), ...strange(releases, options.seed)].join('\n') : page)
tellMissed(lines, seconds())
