import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import type { UserName } from '../cluster/users.ts'
import type { World } from './world.ts'

interface Typed {
  code: number
  /** Everything it said, answers and complaints. */
  said: string
}

/** What somebody types behind `serin`, in the scenario's namespace. For verbs that do not wait: time stands still meanwhile. */
export async function serin({ cluster, namespace, journal }: World, args: readonly string[], as: UserName = 'admin'): Promise<Typed> {
  let said = ''
  const write = (text: string) => {
    said += text
  }
  const code = await run({
    args,
    program: 'serin',
    io: {
      out: write,
      err: write,
      stdin: async () => '',
      isTty: false,
      columns: 200,
      rows: 50,
      env: {},
      clock: cluster.clock,
      signal: new AbortController().signal,
    },
    clusters: {
      connect: async () => clusterOver(cluster.transportFor(as), { server: cluster.name, namespace }),
      contexts: async () => [],
    },
  })
  journal.push(`${as} typed serin ${args.join(' ')}: exit code ${code}, ${said.trim()}`)
  return { code, said }
}
