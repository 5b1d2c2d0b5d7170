import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../cluster/childProcess.ts'

const PORT = 8081

export interface ControllerProcess {
  /** As SIGKILL: nothing is finished. */
  kill(): Promise<void>
  /** After its death. Resolves when it is ready. */
  start(): Promise<void>
  /** Its newest log lines. */
  tail(lines?: number): string
}

/** The controller as it is shipped: a process of its own, with a kubeconfig. Ready when its caches are filled. */
export async function startControllerProcess({ kubeconfig, dir }: { kubeconfig: string; dir: string }): Promise<ControllerProcess> {
  const program = join(import.meta.dirname, '../../controller/src/main.ts')
  const flags = ['--kubeconfig', kubeconfig, '--no-leader-election', '--listen', `127.0.0.1:${PORT}`]
  const logFile = join(dir, 'controller.log')
  let child: Child
  const start = async () => {
    child = startChild([process.execPath, program, ...flags], { logFile })
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined)
      if (answer?.ok) return
      if (!child.running || attempt === 300) throw new Error(`the controller does not get ready:\n${short(child.tail(10))}`)
      await sleep(100)
    }
  }
  await start()
  return { kill: () => child.kill(), start, tail: (lines) => short(child.tail(lines)) }
}

/** Long lines carry stacks. */
const short = (text: string): string => text.replace(/^(.{500}).*$/gm, '$1 ...')
