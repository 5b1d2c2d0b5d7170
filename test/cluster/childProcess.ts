import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'

/**
 * The wrapper reads a pipe that only this process holds open: when this process ends, in whatever way (also SIGKILL),
 * the read ends and the child is killed. The watcher outlives the wrapper, so killing the wrapper alone leaves nothing either.
 */
export const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ cat <&3 >/dev/null; kill -KILL $child; } 2>/dev/null &
watcher=$!
wait $child
status=$?
kill $watcher 2>/dev/null
exit $status
`

export interface Child {
  /** Resolves to the exit code when it ends, however it ends. */
  readonly exited: Promise<number>
  readonly running: boolean
  /** The last lines it wrote, for error messages. */
  tail(lines?: number): string
  /** Ends it at once, without grace, and resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts a program that dies with this process. Its output goes to `logFile`. */
export function startChild(command: readonly string[], options: { logFile: string; cwd?: string; env?: NodeJS.ProcessEnv }): Child {
  const log = openSync(options.logFile, 'a')
  // A session of its own: Ctrl-C reaches the tests, which stop their children in order.
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', ...command], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', log, log],
    detached: true,
  })
  closeSync(log)
  keeper.stdin?.on('error', () => {})
  keeper.unref()
  let running = true
  const exited = exitCode(keeper).finally(() => {
    running = false
  })
  return {
    exited,
    get running() {
      return running
    },
    tail: (lines = 20) => readFileSync(options.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n'),
    async kill() {
      keeper.ref()
      keeper.stdin?.destroy()
      await exited
    },
  }
}

async function exitCode(child: ChildProcess): Promise<number> {
  const [code, signal] = await Promise.race([once(child, 'exit'), once(child, 'error').then(([error]) => Promise.reject(error as Error))])
  return signal ? 128 : Number(code ?? 1)
}

/** Removes the folder once this process has ended without doing it itself. Returns the way to call the guard off. */
export function removeAfterDeath(folder: string): () => void {
  // The children are killed in the same moment; a second lets them close their files.
  const guard = spawn('sh', ['-c', 'read -r word; [ "$word" = done ] && exit 0; sleep 1; rm -rf -- "$1"', 'guard', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.stdin?.on('error', () => {})
  guard.unref()
  return () => guard.stdin?.end('done\n')
}
