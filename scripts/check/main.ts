// `npm run check`: everything that can be said about the code without running it. Runs all parts, then fails if any did.
import { spawnSync } from 'node:child_process'
import { root } from './files.ts'

const parts: readonly (readonly [string, string, ...string[]])[] = [
  ['types', 'tsc', '--noEmit', '-p', '.'],
  ['types of the page', 'tsc', '--noEmit', '-p', 'web'],
  ['types of its tests', 'tsc', '--noEmit', '-p', 'test/browser'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['arrows between folders', 'node', 'scripts/check/arrows.ts'],
  ['purity', 'node', 'scripts/check/purity.ts'],
  ['generated files', 'node', 'scripts/generate.ts', '--check'],
  ['figures in the README', 'node', 'scripts/figures.ts', '--check'],
  ['dead code', 'knip'],
]

let failed = 0
for (const [name, command, ...args] of parts) {
  const began = Date.now()
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  if (status === 0) {
    console.log(`ok    ${name} (${seconds} s)`)
    continue
  }
  failed++
  console.log(`FAIL  ${name} (${seconds} s)\n${stdout}${stderr}`)
}
process.exitCode = failed === 0 ? 0 : 1
