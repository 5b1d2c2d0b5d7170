import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { proveNamespaces } from './namespaces.ts'

/** A process of its own that runs one inside the namespaces, which starts another that its parent does not wait for. */
function starter(mark: string): ChildProcess {
  const command = ['sh', '-c', `setsid sleep ${mark} & exec sleep ${mark}`]
  const module = JSON.stringify(join(import.meta.dirname, 'namespaces.ts'))
  const program = `import { runInside } from ${module}; runInside(${JSON.stringify(command)})`
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' })
}

/** How many processes have that number among their arguments. */
function alive(mark: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const of = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    } catch {
      return []
    }
  }
  return pids.filter((pid) => of(pid)[0] === 'sleep' && of(pid)[1] === mark).length
}

async function until(wanted: number, mark: string): Promise<void> {
  for (let attempt = 0; attempt < 200 && alive(mark) !== wanted; attempt++) await sleep(50)
  expect(alive(mark)).toBe(wanted)
}

test('whatever ends the process outside leaves nothing inside', async () => {
  proveNamespaces()
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const mark = String(100_000 + Math.floor(performance.now()))
    const outside = starter(mark)
    await until(2, mark)
    outside.kill(signal)
    await once(outside, 'exit')
    await until(0, mark)
  }
})
