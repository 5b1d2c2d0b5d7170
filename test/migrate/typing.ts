import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import { terminal, untilEnded } from '../../controller/src/cli/testing/terminal.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import type { Cluster } from '../dsl/cluster.ts'

export interface Said {
  code: number
  out: string
  err: string
}

/** Types a command line at a terminal on that cluster and lets time go by until it ends. `dead` ends it where it is. */
export async function type(cluster: Cluster, namespace: string, transport: Transport, line: string, dead?: AbortSignal): Promise<Said> {
  const { io, said } = terminal({ columns: 200, clock: cluster.clock, ...(dead ? { signal: dead } : {}) })
  const running = run({
    args: line.split(' '),
    program: 'serin',
    io,
    clusters: { connect: async () => clusterOver(transport, { server: 'https://cluster.test', namespace }), contexts: async () => [] },
  })
  const code = await untilEnded(running, () => cluster.pass(50))
  return { code, out: said.out, err: said.err }
}
