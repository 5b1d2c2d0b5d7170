// A day with a thousand Rollouts on virtual time: whether memory grows.
//   npm run bench:soak [-- --quick] [--rollouts N] [--hours H] [--cycle H]
// The usual sizes are written to bench/results/soak.json and soak.md; others are printed only.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../machine.ts'
import { tellMissed } from '../missed.ts'
import { optionsOrExit } from '../options.ts'
import { endsIn, passDay } from './day.ts'
import { readOptions } from './options.ts'
import { report } from './report.ts'
import { makeTown } from './town.ts'
import { targetsOf, verdictOn } from './verdict.ts'

const options = optionsOrExit(readOptions)
const began = Date.now()
const seconds = () => ((Date.now() - began) / 1000).toFixed(0)
const town = await makeTown(options.rollouts)
console.error(`${seconds()} s  ${options.rollouts} rollouts are made`)
const samples = await passDay(town, options, ({ hours, heapMiB, objects }) =>
  console.error(`${seconds()} s  hour ${hours}: ${heapMiB.toFixed(2)} MiB of heap, ${objects} objects in the cluster`),
)
const verdict = verdictOn(samples, 2 * options.cycleHours)
const { rollouts, hours, cycleHours } = options
const outcome = { machine: machine(), options: { rollouts, hours, cycleHours }, samples, ends: endsIn(town), verdict }
const page = report(outcome)
console.log(page)
if (options.whole) {
  const folder = join(import.meta.dirname, '..', 'results')
  mkdirSync(folder, { recursive: true })
  const { perHour, low, high } = verdict.heap
  const figures = {
    rollouts,
    hours,
    releases: samples.reduce((sum, sample) => sum + sample.releases, 0),
    heapMiB: Number((samples.at(-1)?.heapMiB ?? 0).toFixed(1)),
    slopeMiBADay: Number((24 * perHour).toFixed(2)),
    slopeLowMiBADay: Number((24 * low).toFixed(2)),
    slopeHighMiBADay: Number((24 * high).toFixed(2)),
  }
  writeFileSync(
    join(folder, 'soak.json'),
    `${JSON.stringify({ machine: outcome.machine, results: { soak: figures }, samples }, null, 2)}\n`,
  )
  writeFileSync(join(folder, 'soak.md'), page)
}
await town.stop()
tellMissed(targetsOf(verdict), seconds())
process.exit()
