import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import type { Cluster } from '../dsl/cluster.ts'

export interface Said {
  code: number
  out: string
  err: string
}

/** Types a command line at a terminal on that cluster and lets time go by until it ends. `dead` ends it where it is. */
export async function type(cluster: Cluster, namespace: string, transport: Transport, line: string, dead?: AbortSignal): Promise<Said> {
  const said = { out: '', err: '' }
  const signal = dead ?? new AbortController().signal
  const ended = run({
    args: line.split(' '),
    program: 'serin',
    io: {
      out(text) {
        said.out += text
      },
      err(text) {
        said.err += text
      },
      stdin: async () => '',
      isTty: false,
      columns: 200,
      rows: 30,
      env: { LANG: 'C.UTF-8', NO_COLOR: '1' },
      clock: cluster.clock,
      signal,
    },
    clusters: { connect: async () => clusterOver(transport, { server: 'https://cluster.test', namespace }), contexts: async () => [] },
  })
  let code: number | undefined
  void ended.then((result) => {
    code = result
  })
  while (code === undefined) await cluster.pass(50)
  return { code: await ended, ...said }
}
