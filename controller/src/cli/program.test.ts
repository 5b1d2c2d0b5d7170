import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import type { Clusters } from './cluster.ts'
import { flagsOf } from './commonFlags.ts'
import { CliError } from './exit.ts'
import { kubeconfigClusters } from './kubeconfigClusters.ts'
import { run } from './program.ts'
import { programName } from './programName.ts'
import { terminal } from './testing/terminal.ts'
import { verbs } from './verbs.ts'

const nowhere: Clusters = {
  connect: async () => {
    throw new CliError('no kubeconfig found')
  },
  contexts: async () => [],
}

async function typed(line: string, { clusters = nowhere, program = 'serin', env = {} as Record<string, string> } = {}) {
  const { io, said } = terminal({ rows: 24, env })
  const code = await run({
    args: line === '' ? [] : line.split(' '),
    program,
    io,
    clusters,
  })
  return { code, out: said.out, err: said.err }
}

describe('usage errors are exit code 3 and say what was meant', () => {
  test.each([
    ['promte x', "unknown command 'promte'\n(Did you mean promote?)"],
    ['get x --wacht', "unknown option '--wacht'\n(Did you mean --watch?)"],
    ['get', "missing required argument 'name'"],
    ['get a b', 'too many arguments'],
    ['release x', "required option '--reason <text>' not specified"],
    ['completion ksh', "'ksh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish."],
    ['lint -f . -o xml', '-o xml is not a format'],
  ])('%s', async (line, sentence) => {
    const { code, out, err } = await typed(line)
    expect(code).toBe(3)
    expect(err).toContain(sentence)
    expect(out).toBe('')
  })
  test('no verb at all: the help', async () => {
    const { code, err } = await typed('')
    expect(code).toBe(3)
    expect(err).toContain('Usage: serin')
  })
})

test('help is no error, names every verb but the hidden one, and the exit codes where they matter', async () => {
  const help = await typed('--help', { program: 'kubectl serin' })
  expect(help.code).toBe(0)
  expect(help.out).toContain('Usage: kubectl serin')
  for (const { name, hidden } of verbs) expect(help.out.includes(`  ${name} `)).toBe(!hidden)
  expect((await typed('status --help')).out).toContain('2  still under way')
})

test('a failure to connect is a sentence, not a stack', async () => {
  expect(await typed('get x')).toEqual({ code: 3, out: '', err: 'error: no kubeconfig found\n' })
})

test('a bug says that it is one; its stack only when asked for', async () => {
  const broken: Clusters = { ...nowhere, connect: () => Promise.reject(new TypeError('x is undefined')) }
  const { code, err } = await typed('get x', { clusters: broken })
  expect(code).toBe(3)
  expect(err).toContain('this is a bug in serin: x is undefined')
  expect(err).not.toContain('    at ')
  expect((await typed('get x', { clusters: broken, env: { SERIN_DEBUG: '1' } })).err).toContain('    at ')
})

test('no verb has two flags of one spelling', () => {
  for (const verb of verbs) {
    const spellings = flagsOf(verb).flatMap(({ flags }) => flags.replace(/ <.*$/, '').split(', '))
    expect(new Set(spellings).size).toBe(spellings.length)
  }
})

test('a plugin of kubectl is called as people type it', () => {
  expect(programName('/usr/local/bin/kubectl-serin')).toBe('kubectl serin')
  expect(programName('/usr/local/bin/serin')).toBe('serin')
})

describe('files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serin-cli-'))
    const rollout = 'apiVersion: serin.dev/v1alpha1\nkind: Rollout\nmetadata: {name: a, namespace: b}\nspec: {workload: {name: a}}\n'
    await writeFile(join(folder, 'good.yaml'), rollout)
    await writeFile(join(folder, 'bad.yml'), `${rollout}---\n${rollout.replace('workload:', 'workloads:')}`)
    await writeFile(join(folder, 'notes.txt'), 'not a manifest: [')
    await writeFile(
      join(folder, 'kubeconfig'),
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'here',
        clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
        users: [{ name: 'u', user: { token: 't' } }],
        contexts: ['here', 'there'].map((name) => ({ name, context: { cluster: 'c', user: 'u', namespace: 'shop' } })),
      }),
    )
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('lint of a folder takes every manifest and says file and line', async () => {
    const { code, out } = await typed(`lint -f ${folder}`)
    expect(code).toBe(1)
    expect(out).toContain(`${join(folder, 'bad.yml')}:9: error: Rollout/a: `)
    expect(out).toContain('in 2 files')
    expect((await typed(`lint -f ${join(folder, 'good.yaml')}`)).code).toBe(0)
    expect(await typed(`lint -f ${folder}/none.yaml`)).toMatchObject({
      code: 3,
      err: expect.stringContaining('there is no such file or folder'),
    })
  })

  test('a kubeconfig is used as kubectl uses it: connection refused names the server', async () => {
    const clusters = kubeconfigClusters(systemClock)
    const { code, err } = await typed(`list --kubeconfig ${folder}/kubeconfig --context there`, { clusters })
    expect(code).toBe(3)
    expect(err).toContain('nothing listens at http://127.0.0.1:1 (connection refused)')
    expect((await typed(`list --kubeconfig ${folder}/kubeconfig --context nix`, { clusters })).err).toContain('it has here, there')
    const { out } = await typed(`__complete -- get --kubeconfig ${folder}/kubeconfig --context `, { clusters })
    expect(out).toBe('here\nthere\n:4\n')
  })
})
