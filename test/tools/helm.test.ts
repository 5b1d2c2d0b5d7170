import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { helmBinary } from './helm.ts'

test.each([3, 4] as const)('helm %i says that it is that version', { timeout: 60_000 }, async (version) => {
  const path = await helmBinary(version)
  expect(execFileSync(path, ['version', '--short'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${version}\\.`))
})
