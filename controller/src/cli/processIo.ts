import { text } from 'node:stream/consumers'
import type { Clock } from '../clock.ts'
import type { Io } from './io.ts'

/** The Io of a process. A pipe that the reader closed (`serin list | head -1`) ends the output, not the program. */
export function processIo(process: NodeJS.Process, clock: Clock, signal: AbortSignal): Io {
  const { stdout, stderr, stdin, env } = process
  let unread = false
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (stream === stdout) unread = true
    })
  }
  return {
    out: (words) => void stdout.write(words),
    err: (words) => void stderr.write(words),
    stdin: () => text(stdin),
    stdinPieces: () => pieces(stdin, signal),
    unread: () => unread,
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

/** Ends when the input does or the person has had enough. Whoever stops reading earlier closes the input, so that the program can end. */
async function* pieces(stdin: NodeJS.ReadStream, signal: AbortSignal): AsyncGenerator<string> {
  const enough = () => stdin.destroy()
  signal.addEventListener('abort', enough, { once: true })
  try {
    for await (const piece of stdin.setEncoding('utf8')) yield String(piece)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', enough)
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
