import { appendFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { Log } from '../../controller/src/kube/log.ts'
import { namespace } from './services.ts'

/** A folder of the demo's own, that goes when it ends. */
export interface Home {
  /** Path of the kubeconfig; its namespace is that of the demo. */
  kubeconfig: string
  /** Folder with the command `serin`, for PATH. */
  bin: string
  /** What the controller has to say, one JSON object a line. */
  log: Log
  logFile: string
  /** Points the kubeconfig at a server. */
  serve(url: string): Promise<void>
  remove(): Promise<void>
}

/** Makes the folder among the machine's temporary ones, readable for this user only. */
export async function makeHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-demo-'))
  const file = (name: string) => join(folder, name)
  const logFile = file('controller.log')
  const program = fileURLToPath(new URL('../../controller/src/cli/main.ts', import.meta.url))
  // The Node that runs this runs TypeScript; the one of the shell may not.
  await writeFile(file('serin'), `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`)
  await chmod(file('serin'), 0o755)
  const write = (level: string) => (fields: object, msg: string) =>
    appendFileSync(logFile, `${JSON.stringify({ time: new Date().toISOString(), level, ...readable(fields), msg })}\n`)
  return {
    kubeconfig: file('kubeconfig'),
    bin: folder,
    log: { debug() {}, info: write('info'), warn: write('warn'), error: write('error') },
    logFile,
    serve: (url) => writeFile(file('kubeconfig'), stringify(kubeconfig(url)), { mode: 0o600 }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function kubeconfig(url: string): object {
  const name = 'serin-demo'
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Errors are objects without visible fields: their stack is what helps. */
const readable = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value.stack : value]))
