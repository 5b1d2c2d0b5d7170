import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programsInto } from '../../scripts/bundle.ts'
import { type Measured, startMeasured } from '../control/process.ts'

/** What Node makes of the chart's limit of 512 MiB, a quarter of it twice for what is old; and the image's room for what is new. */
const nodeFlags = ['--max-old-space-size=256', '--max-semi-space-size=4']

/** The controller as the image holds it: one file. */
export interface Program {
  start(kubeconfig: string): Promise<Measured>
}

/** Builds it; gone when this process is. */
export async function builtProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'serin-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await programsInto(folder)
  return { start: (kubeconfig) => startMeasured(kubeconfig, { program: join(folder, 'controller.mjs'), election: true, nodeFlags }) }
}
