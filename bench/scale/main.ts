// The controller with many Rollouts: 10,000 at rest and 1,000 under way on the embedded cluster, 1,000 on a real control plane.
//   npm run bench:scale [-- --quick] [-- --idle seconds] [embedded|real ...]
// The usual sizes are written to bench/results/scale.json and scale.md; a scenario run alone replaces its own figures only. --quick prints instead.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { machine } from '../machine.ts'
import { tellMissed } from '../missed.ts'
import { optionsOrExit } from '../options.ts'
import { builtProgram, type Program } from './controller.ts'
import { embedded } from './embedded.ts'
import type { Figures } from './figures.ts'
import { readOptions, type Scenario, type Sizes } from './options.ts'
import { real } from './real.ts'
import { report } from './report.ts'
import { targets } from './targets.ts'

type Measure = (program: Program, sizes: Sizes, say: (line: string) => void) => Promise<Record<string, Figures>>
const measures: Record<Scenario, Measure> = {
  embedded: (program, sizes, say) => embedded(program, sizes.embedded, say),
  real: (program, sizes, say) => real(program, sizes.real, say),
}

const options = optionsOrExit(readOptions)
// The controllers are killed when this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const began = Date.now()
const seconds = () => ((Date.now() - began) / 1000).toFixed(0)
const load = loadavg()[0] ?? 0
const folder = join(import.meta.dirname, '..', 'results')
const file = join(folder, 'scale.json')

const program = await builtProgram()
const results: Record<string, Figures> = {}
for (const scenario of options.scenarios) {
  const found = await measures[scenario](program, options.sizes, (line) => console.error(`${seconds()} s  ${scenario}: ${line}`))
  for (const [name, figures] of Object.entries(found)) results[`${scenario} ${name}`] = figures
}

const known: Record<string, Figures> = !options.quick && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results : {}
const all = { ...known, ...results }
const page = report(all, targets(all), { machine: machine(), load })
console.log(page)
if (!options.quick) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `${JSON.stringify({ machine: machine(), load, results: all }, null, 2)}\n`)
  writeFileSync(join(folder, 'scale.md'), page)
}
tellMissed(targets(results), seconds())
process.exit()
