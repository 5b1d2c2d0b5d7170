import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface Started {
  /** Resolves with the standard output so far when that is in it; rejects when the process ends before. */
  says(text: string): Promise<string>
  /** Sends Ctrl-C. */
  interrupt(): void
  ended: Promise<Ended>
}

const main = fileURLToPath(new URL('../../scripts/start/main.ts', import.meta.url))

/** Runs `npm start -- ...args` without npm. */
export function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (piece: string) => {
      output[stream] += piece
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }))
  })
  return {
    ended,
    interrupt: () => void child.kill('SIGINT'),
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!output.stdout.includes(text)) return
          waiting.delete(look)
          resolve(output.stdout)
        }
        waiting.add(look)
        look()
        void ended.then(({ stderr }) => reject(new Error(`it ended without saying ${text}: ${stderr}`)))
      }),
  }
}
