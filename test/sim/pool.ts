import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Plan } from './plan.ts'
import type { Outcome } from './run.ts'
import { itself } from './witness.ts'

/** Processes that take plans, each one at a time. A run has a process to itself: what loops for ever or dies takes nothing else with it. */
export interface Pool {
  size: number
  /** Takes a plan, or the plan of a seed, as soon as a process is free. `keep`: with its journal. A process that ends or hangs is a breach; it rejects when none can be started. */
  run(of: Plan | number, options?: { keep?: boolean }): Promise<Outcome>
  close(): void
}

export interface PoolOptions {
  jobs: number
  /** The product has that bug. */
  mutant?: string
  /** A run that takes longer, of real time, hangs. */
  limitMs?: number
}

/** Memory that a run leaves behind goes with its process. */
const runsOfAProcess = 250

/** Most of what a world makes is dead soon, and most of its code is run for long: room for the one, and no interpreter for the other. */
const hurried = ['--max-semi-space-size=64', '--always-sparkplug']

/** Most of the start of a process is reading our own modules: what one has read, the next finds here. */
const compileCache = join(import.meta.dirname, '../../node_modules/.cache/serin/compiled')

export function poolOf({ jobs, mutant, limitMs = 600_000 }: PoolOptions): Pool {
  const free: Runner[] = []
  const waiting: ((runner: Runner) => void)[] = []
  const all = new Set<Runner>()
  const give = (runner: Runner) => {
    const next = waiting.shift()
    if (next) next(runner)
    else free.push(runner)
  }
  const start = () => {
    const runner = runnerOf(mutant)
    all.add(runner)
    give(runner)
  }
  for (let n = 0; n < jobs; n++) start()
  const take = () => {
    const runner = free.pop()
    return runner ? Promise.resolve(runner) : new Promise<Runner>((resolve) => waiting.push(resolve))
  }
  return {
    size: jobs,
    async run(of, { keep = false } = {}) {
      const runner = await take()
      const outcome = await runner.run(of, keep, limitMs)
      if (runner.alive() && runner.runs < runsOfAProcess) give(runner)
      else {
        all.delete(runner)
        runner.close()
        start()
      }
      return outcome
    },
    close() {
      for (const runner of all) runner.close()
    },
  }
}

interface Runner {
  runs: number
  alive(): boolean
  run(of: Plan | number, keep: boolean, limitMs: number): Promise<Outcome>
  close(): void
}

function runnerOf(mutant: string | undefined): Runner {
  const child: ChildProcess = fork(join(import.meta.dirname, 'runner.ts'), mutant === undefined ? [] : [mutant], {
    // Not those of this process: a test runner's would come along.
    execArgv: ['--max-old-space-size=1500', ...hurried],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  let ended: string | undefined
  child.stderr?.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-4_000)
  })
  child.on('exit', (code, signal) => {
    ended ??= `its process ended with ${signal ?? code}: ${said.trim()}`
  })
  let started = false
  const ready = new Promise<void>((resolve) => {
    child.once('message', () => {
      started = true
      resolve()
    })
    child.once('exit', () => resolve())
  })
  const runner: Runner = {
    runs: 0,
    alive: () => ended === undefined,
    async run(of, keep, limitMs) {
      await ready
      if (!started) throw new Error(`a process of the simulation cannot be started: ${ended}`)
      runner.runs++
      const seed = typeof of === 'number' ? of : of.seed
      if (ended !== undefined) return failed(seed, ended)
      return new Promise((resolve) => {
        const settle = (outcome: Outcome) => {
          clearTimeout(timer)
          child.off('message', settle)
          child.off('exit', died)
          resolve(outcome)
        }
        const died = () => settle(failed(seed, ended ?? 'its process ended'))
        const timer = setTimeout(() => {
          ended = `it did not end within ${limitMs / 1000} s of real time`
          child.kill('SIGKILL')
        }, limitMs)
        child.on('message', settle)
        child.on('exit', died)
        child.send({ of, keep })
      })
    },
    close() {
      ended ??= 'it was closed'
      child.kill('SIGKILL')
    },
  }
  return runner
}

function failed(seed: number, what: string): Outcome {
  const breach = { promise: itself, shop: '-', what, at: 0 }
  return { seed, breach, open: [], visited: [], fingerprint: '', changes: 0, lasted: 0, endings: {}, journal: [] }
}
