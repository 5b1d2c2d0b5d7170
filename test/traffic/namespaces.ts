import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { KEEPER } from '../cluster/childProcess.ts'

/** The beginning of a command that runs in a network, mount and process namespace of its own. */
function unshare(): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  return ['unshare', ...user, '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
}

/** Throws where the machine has no such namespaces, or this user may not make them. */
export function proveNamespaces(): void {
  if (process.platform !== 'linux') throw new Error('real traffic needs the namespaces of Linux')
  const [program = '', ...args] = unshare()
  execFileSync(program, [...args, 'ip', 'link', 'set', 'lo', 'up'], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/**
 * Runs a command where nothing reaches another network. Everything it starts ends with it; and with this process, however
 * that ends: the keeper inside reads a pipe that only this process holds open.
 */
export function runInside(
  command: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): { process: ChildProcess; end(): void } {
  const [program = '', ...args] = [...unshare(), 'sh', '-c', KEEPER, 'keeper', ...command]
  const inside = spawn(program, args, { ...options, stdio: ['pipe', 'inherit', 'inherit'] })
  inside.stdin?.on('error', () => {})
  return { process: inside, end: () => inside.stdin?.destroy() }
}
