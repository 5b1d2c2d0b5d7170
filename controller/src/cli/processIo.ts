import { text } from 'node:stream/consumers'
import type { Clock } from '../clock.ts'
import type { Io } from './io.ts'

/** The Io of a process. A pipe that the reader closed (`serin list | head -1`) ends the output, not the program. */
export function processIo(process: NodeJS.Process, clock: Clock, signal: AbortSignal): Io {
  const { stdout, stderr, stdin, env } = process
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  return {
    out: (words) => void stdout.write(words),
    err: (words) => void stderr.write(words),
    stdin: () => text(stdin),
    isTty: stdout.isTTY === true,
    get columns() {
      return stdout.columns ?? 80
    },
    get rows() {
      return stdout.rows ?? 24
    },
    env,
    clock: awake(clock),
    signal,
  }
}

/** The controller's clock keeps no process alive; a command that waits for its cluster must stay. */
function awake(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    after(ms, fn) {
      const timer = setTimeout(fn, ms)
      return () => clearTimeout(timer)
    },
  }
}
