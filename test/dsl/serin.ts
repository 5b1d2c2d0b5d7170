import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import { terminal } from '../../controller/src/cli/testing/terminal.ts'
import type { UserName } from '../cluster/users.ts'
import type { World } from './world.ts'

interface Typed {
  code: number
  /** Everything it said, answers and complaints. */
  said: string
}

/** What somebody types behind `serin`, in the scenario's namespace. For verbs that do not wait: time stands still meanwhile. */
export async function serin({ cluster, namespace, journal }: World, args: readonly string[], as: UserName = 'admin'): Promise<Typed> {
  const { io, said } = terminal({ columns: 200, rows: 50, env: {}, clock: cluster.clock })
  const code = await run({
    args,
    program: 'serin',
    io,
    clusters: {
      connect: async () => clusterOver(cluster.transportFor(as), { server: cluster.name, namespace }),
      contexts: async () => [],
    },
  })
  journal.push(`${as} typed serin ${args.join(' ')}: exit code ${code}, ${said.all.trim()}`)
  return { code, said: said.all }
}
