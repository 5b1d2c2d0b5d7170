// The controller on a real control plane, with pods pretended: how much it asks of the API server, how fast it is, what it costs.
//   npm run bench:control [-- single|storm|idle|restart|failover ...] [--small]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { machine } from '../machine.ts'
import { startPlane } from './plane.ts'
import { failover, idle, type Result, restart, single, storm } from './scenarios.ts'

const all = { single, storm, idle, restart, failover }
const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
const unknown = asked.find((name) => !(name in all))
if (unknown) {
  console.error(`no scenario ${unknown}; there are ${Object.keys(all).join(', ')}`)
  process.exit(3)
}
const small = process.argv.includes('--small')
const results: Record<string, Result> = {}
for (const [name, scenario] of Object.entries(all)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const plane = await startPlane()
  try {
    console.error(`${name} ...`)
    results[name] = await scenario(plane, small)
    console.log(
      `${name}\n${Object.entries(results[name])
        .map(([what, value]) => `  ${what.padEnd(44)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
        .join('\n')}`,
    )
  } finally {
    await plane.stop()
  }
  await sleep(500)
}
if (!small) {
  // One scenario run again replaces its own figures only.
  const folder = join(import.meta.dirname, '..', 'results')
  const file = join(folder, 'control.json')
  mkdirSync(folder, { recursive: true })
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results : {}
  writeFileSync(file, `${JSON.stringify({ machine: machine(), results: { ...known, ...results } }, null, 2)}\n`)
}
process.exit(0)
