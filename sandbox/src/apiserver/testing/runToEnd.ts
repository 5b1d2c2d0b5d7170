import { spawn } from 'node:child_process'

export interface Result {
  /** -1: ended by a signal. */
  code: number
  stdout: string
  stderr: string
}

/** Runs a program with nothing but this environment, gives it the input, and waits for its end. */
export function runToEnd(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env })
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
}
