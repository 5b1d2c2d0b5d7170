import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import about from '../../controller/package.json' with { type: 'json' }
import { bundle } from '../../scripts/bundle.ts'

/** What the image holds, in a folder with nothing else: no package, no source. */

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serin-bundle-'))
  await bundle(folder)
  await copyFile(join(import.meta.dirname, '../../examples/quick-start.yaml'), join(folder, 'example.yaml'))
}, 120_000)
afterAll(() => rm(folder, { recursive: true }))

function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: { HOME: folder } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

test('is one file each, with the licences that ask to be named', async () => {
  expect((await readdir(folder)).sort()).toEqual([
    'controller.mjs',
    'controller.mjs.LEGAL.txt',
    'example.yaml',
    'serin.mjs',
    'serin.mjs.LEGAL.txt',
  ])
})

test('the command runs: its version and its schemas', { timeout: 60_000 }, async () => {
  const [version, lint] = await Promise.all([run(['serin.mjs', '--version']), run(['serin.mjs', 'lint', '-f', 'example.yaml'])])
  expect(version).toEqual({ code: 0, stdout: `${about.version}\n`, stderr: '' })
  expect(lint).toMatchObject({ code: 0, stderr: expect.stringMatching(/^$|0 errors/) })
})

test('the controller starts, and asks for a cluster', { timeout: 60_000 }, async () => {
  const { code, stderr } = await run(['controller.mjs', '--kubeconfig', 'nowhere'])
  expect(code).not.toBe(0)
  expect(stderr).toContain('cannot read the kubeconfig')
})
