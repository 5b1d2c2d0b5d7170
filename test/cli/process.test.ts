import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { systemClock } from '../../sandbox/src/apiserver/clock.ts'
import { createApiServer } from '../../sandbox/src/apiserver/server.ts'
import type { Obj } from '../../sandbox/src/types.ts'

/** The command as people have it: a process with arguments, an environment and an exit code, a kubeconfig and a socket. */

const main = fileURLToPath(new URL('../../controller/src/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'serin-process-'))
let close: () => Promise<void> | void = () => {}

beforeAll(async () => {
  const server = createApiServer({ clock: systemClock })
  const rollout = {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'default' },
    spec: { workload: { name: 'web' } },
  }
  for (const object of [...kinds.map(crdOf), rollout]) server.api.create(object as unknown as Partial<Obj>)
  const listening = await server.listen(0)
  close = () => listening.close()
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'c', cluster: { server: listening.url } }],
    users: [{ name: 'u', user: { token: 'admin' } }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
  }
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config))
  for (const name of ['serin', 'kubectl-serin']) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
    chmodSync(join(folder, name), 0o755)
  }
})
afterAll(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

function bash(script: string): Promise<{ code: number; out: string; err: string }> {
  const path = [folder, dirname(process.execPath), process.env.PATH].join(delimiter)
  const env = { PATH: path, KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder }
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { env }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
  })
}

/** Each call is a process of its own, on a machine that may have much else to do. */
const patient = { timeout: 90_000 }

test('reads the kubeconfig of the environment, ends by itself and hands its exit code on', patient, async () => {
  const { code, out, err } = await bash('serin list -A; serin status web; echo "code $?"')
  expect(err).toContain('serin explain web')
  expect(out).toMatch(/^default +web +Unknown/m)
  expect(out).toContain('code 2')
  expect(code).toBe(0)
})

test('a reader that goes away is no failure', patient, async () => {
  const { out, err } = await bash('set -o pipefail; serin status --help | head -1; echo "code $?"')
  expect(out).toBe('Usage: serin status [options] <name>\ncode 0\n')
  expect(err).toBe('')
})

test('completion in bash offers verbs, flags and the names of Rollouts', patient, async () => {
  const complete = (words: string) => `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _serin; echo "\${COMPREPLY[@]}"`
  const { out } = await bash(
    `source <(serin completion bash); ${['serin prom', 'serin get w', "serin get ''", 'serin list --output = j'].map(complete).join('; ')}`,
  )
  expect(out).toBe('promote\nweb\nweb\njson\n')
})
