import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import about from '../../controller/package.json' with { type: 'json' }
import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { createSandbox } from '../../sandbox/src/sandbox.ts'
import type { Obj } from '../../sandbox/src/types.ts'
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

test('is one file each and the page, with the licences that ask to be named', async () => {
  expect((await readdir(folder)).sort()).toEqual([
    'controller.mjs',
    'controller.mjs.LEGAL.txt',
    'dashboard.mjs',
    'dashboard.mjs.LEGAL.txt',
    'example.yaml',
    'page',
    'serin.mjs',
    'serin.mjs.LEGAL.txt',
  ])
})

test('npm run sbom names what went into the programs and into the page', { timeout: 60_000 }, async () => {
  const root = join(import.meta.dirname, '../..')
  const said = await new Promise<string>((resolve, reject) => {
    execFile('npm', ['run', '--silent', 'sbom'], { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
  const names = new Set((JSON.parse(said) as { packages: { name: string }[] }).packages.map(({ name }) => name))
  const wanted = (['controller', 'web'] as const).map(async (workspace) => {
    const { dependencies } = JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8')) as { dependencies: object }
    return Object.keys(dependencies)
  })
  const missing = (await Promise.all(wanted)).flat().filter((name) => !names.has(name))
  expect(missing).toEqual([])
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

test('what only the dashboard needs is in its file alone', async () => {
  const files = await Promise.all(['controller.mjs', 'serin.mjs', 'dashboard.mjs'].map((name) => readFile(join(folder, name), 'utf8')))
  const [controller, serin, dashboard] = files.map((text) =>
    ['@fastify/static', '@fastify/rate-limit'].filter((name) => text.includes(`node_modules/${name}/`)),
  )
  expect({ controller, serin, dashboard }).toEqual({ controller: [], serin: [], dashboard: ['@fastify/static', '@fastify/rate-limit'] })
})

test('the dashboard says what is wrong with its flags, and asks for a cluster', { timeout: 60_000 }, async () => {
  const [wrong, lost, help] = await Promise.all([
    run(['dashboard.mjs', '--oidc-issuer', 'https://id.example.org']),
    run(['dashboard.mjs', '--kubeconfig', 'nowhere']),
    run(['dashboard.mjs', '--help']),
  ])
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--oidc-issuer needs --oidc-client-id') })
  expect(lost).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot read the kubeconfig') })
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--metrics-listen <address>') })
})

/** Starts a program and resolves with its standard output as soon as that has matched. */
function started(
  args: readonly string[],
  env: Record<string, string>,
  found: RegExp,
): Promise<{ match: RegExpExecArray; child: ChildProcess }> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { HOME: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        said += piece
        const match = found.exec(said)
        if (match) resolve({ match, child })
      })
    child.once('close', () => reject(new Error(`it ended: ${said}`)))
  })
}

test('serin dashboard serves the page from the files beside it; its link logs in once, as the kubeconfig', {
  timeout: 60_000,
}, async () => {
  const sandbox = createSandbox()
  for (const object of kinds.map(crdOf)) sandbox.api.create(object as unknown as Partial<Obj>)
  const { url: server, close } = await sandbox.listen(0)
  const name = 'here'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config))
  const { match, child } = await started(
    ['serin.mjs', 'dashboard', '--port', '0'],
    { KUBECONFIG: join(folder, 'kubeconfig') },
    /(http:\S+)\/api\S+/,
  )
  try {
    const [link, url] = match
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${url}/`)).text()).toContain('<div id="root">')
    expect((await fetch(`${url}/api/v1/releases`)).status).toBe(401)
    const answer = await fetch(link, { redirect: 'manual' })
    expect(answer.status).toBe(303)
    expect(new URL(answer.headers.get('location') ?? '', link).href).toBe(`${url}/`)
    const cookie = answer.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')
    const session = await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()
    expect(session).toMatchObject({ method: 'kubeconfig', user: { name: expect.any(String) } })
    expect((await fetch(`${url}/api/v1/releases`, { headers: { cookie } })).status).toBe(200)
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401)
  } finally {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    await close()
    sandbox.stop()
  }
})
