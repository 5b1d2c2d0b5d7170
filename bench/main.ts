// What the heart costs, without a cluster. `npm run bench:control` measures the whole controller on a real control plane.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from './machine.ts'
import { planBench } from './plan.ts'

const results = { 'plan, microseconds': planBench() }
console.log(JSON.stringify(results, null, 2))
const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'plan.json'), `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`)
