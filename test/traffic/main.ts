// Makes a private network, mount and process namespace and runs the tests of this folder in it. Nothing in it reaches
// another network, and when its first process ends, all others end with it.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeAfterDeath } from '../cluster/childProcess.ts'
import { proveNamespaces, runInside } from './namespaces.ts'
import { programs } from './programs.ts'

const root = join(import.meta.dirname, '../..')
const report = join(root, 'node_modules/.cache/serin/reports/traffic.json')

/** As the tests' own report would be, for those who add the reports up. */
function reportWithoutTests(outcome: 'skipped' | 'failed', message: string): void {
  const testResults = outcome === 'failed' ? [{ name: 'test/traffic', status: 'failed', message, assertionResults: [] }] : []
  const counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: outcome === 'skipped' ? 1 : 0, numTodoTests: 0 }
  mkdirSync(dirname(report), { recursive: true })
  writeFileSync(report, JSON.stringify({ ...counts, testResults }))
}

async function main(): Promise<number> {
  if (process.env.SERIN_TRAFFIC === 'off') {
    console.log('SERIN_TRAFFIC=off: the tests with real traffic are skipped.')
    reportWithoutTests('skipped', '')
    return 0
  }
  try {
    proveNamespaces()
    await programs()
  } catch (error) {
    const message = `the tests with real traffic cannot run here (SERIN_TRAFFIC=off skips them): ${(error as Error).message}`
    console.error(message)
    reportWithoutTests('failed', message)
    return 1
  }
  const dir = process.env.SERIN_TRAFFIC_DIR ?? mkdtempSync(join(tmpdir(), 'serin-traffic-'))
  const callOffGuard = process.env.SERIN_TRAFFIC_DIR ? () => {} : removeAfterDeath(dir)
  mkdirSync(dir, { recursive: true })
  const vitest = [
    process.execPath,
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    join(import.meta.dirname, 'vitest.config.ts'),
    // Node runs it as it is: nothing is written beside it.
    '--configLoader',
    'native',
  ]
  const inside = runInside([...vitest, ...process.argv.slice(2)], { cwd: root, env: { ...process.env, SERIN_TRAFFIC_INSIDE: dir } })
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, inside.end)
  // Ctrl-C reaches the tests by itself; a second one ends them at once.
  let interrupted = false
  process.on('SIGINT', () => {
    if (interrupted) inside.end()
    interrupted = true
  })
  const [code] = await once(inside.process, 'exit')
  if (!process.env.SERIN_TRAFFIC_DIR) rmSync(dir, { recursive: true, force: true })
  callOffGuard()
  return code ?? 1
}

process.exitCode = await main()
