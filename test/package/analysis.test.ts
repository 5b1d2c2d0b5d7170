import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const readme = readFileSync(join(root, 'analysis/README.md'), 'utf8')
let home: string

/** A project of somebody else, with the packed judge and what it depends on in its node_modules. */
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'serin-package-'))
  const packed = join(home, 'packed')
  execFileSync(process.execPath, [join(root, 'scripts/package/analysis.mjs'), packed])
  const installed = join(home, 'node_modules/@serin/analysis')
  mkdirSync(join(home, 'node_modules/@serin'), { recursive: true })
  cpSync(packed, installed, { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) {
    mkdirSync(join(home, 'node_modules', name, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name))
  }
}, 60_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

function run(script: string): string {
  writeFileSync(join(home, 'script.mjs'), script)
  return execFileSync(process.execPath, ['--no-experimental-strip-types', 'script.mjs'], { cwd: home, encoding: 'utf8' })
}

describe('the judge as a package', () => {
  it('runs the example of its README without Serin and without types', () => {
    const example = /^( {4}.*\n|\n)+/m.exec(readme)?.[0] ?? ''
    expect(
      example
        .trim()
        .split('\n')
        .filter((line) => line.trim() !== '').length,
    ).toBeLessThanOrEqual(5)
    expect(run(example.replaceAll(/^ {4}/gm, ''))).toMatch(/^(pass|fail|continue|inconclusive) errors: /)
  })

  it('offers the Kayenta judge beside it', () => {
    expect(run("import { normalQuantile } from '@serin/analysis/kayenta'\nconsole.log(normalQuantile(0.5))")).toBe('0\n')
  })

  it('has types for what it exports', () => {
    writeFileSync(
      join(home, 'use.ts'),
      "import { judge, type Verdict } from '@serin/analysis'\nexport const verdict: Verdict = judge([])\n// @ts-expect-error: a table is no text\njudge('table')\n",
    )
    execFileSync(
      join(root, 'node_modules/.bin/tsc'),
      ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', '', '--skipLibCheck', 'use.ts'],
      { cwd: home, stdio: 'pipe' },
    )
  })
})
