import { deployment } from './deployment.ts'
import type { WorkloadKind } from './view.ts'

/** Every kind of workload that can be guarded. A new one is a file and a line here. */
const kinds: readonly WorkloadKind[] = [deployment]

/** The kind of that name. Throws for one that admission should have refused. */
export function kindOf(name: string): WorkloadKind {
  const kind = kinds.find((known) => known.kind === name)
  if (!kind) throw new Error(`Serin guards no ${name}`)
  return kind
}
