import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** The controller as a process: wrong usage ends it at once, with a line and not with a stack. */

const main = fileURLToPath(new URL('../../controller/src/main.ts', import.meta.url))

function started(flags: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...flags], { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

test.each([
  ['--source-allow', '10.0.0.0/64'],
  ['--shard', '2/2'],
  ['--kubeconfig', '/nowhere/kubeconfig'],
])('%s %s ends it with exit code 2 and one line', { timeout: 90_000 }, async (flag, value) => {
  const { code, out, err } = await started([flag, value])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^serin-controller: [^\n]+\n$/)
  expect(err).toContain(value)
})

test('--help is no failure', { timeout: 90_000 }, async () => {
  const { code, out, err } = await started(['--help'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('--shard <i/n>')
})
