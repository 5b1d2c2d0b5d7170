import { group } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { Cluster } from '../cluster.ts'
import { CliError, exit } from '../exit.ts'
import { explainFailure } from '../kubeErrors.ts'
import { print } from '../output.ts'
import { programVersion } from '../programVersion.ts'
import { format, isSet, type Verb } from '../verb.ts'

const ours = ['rollouts', 'rolloutcommands']

export const version: Verb = {
  name: 'version',
  about: 'show the version of this program, of the cluster and of the kinds it serves',
  scope: 'cluster',
  flags: [{ flags: '--client', about: 'this program only; asks no cluster' }],
  async run(call) {
    const { io } = call
    const as = format(call)
    const report: Report = { client: programVersion }
    if (!isSet(call, 'client')) Object.assign(report, await ask(await call.cluster()))
    if (as === 'table') io.out(table(report))
    else print(io, as, report)
    return exit.ok
  },
}

interface Report {
  client: string
  server?: string
  address?: string
  /** Served versions by kind, or why they are not known. */
  kinds?: Record<string, string>
}

async function ask(cluster: Cluster): Promise<Partial<Report>> {
  const kinds: [string, string][] = await Promise.all(
    ours.map(async (plural): Promise<[string, string]> => {
      const name = `${plural}.${group}`
      const ref = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name }
      // Who may use Serin need not be allowed to read CRDs.
      const found = await cluster.client.get(ref).catch((error: unknown) => {
        const words = explainFailure(error, cluster)
        if (!words) throw error
        return new CliError(words.message)
      })
      if (found instanceof CliError) return [name, `not known: ${found.message}`]
      return [name, found ? served(found) : 'not installed']
    }),
  )
  return { server: await cluster.serverVersion(), address: cluster.server, kinds: Object.fromEntries(kinds) }
}

function served(crd: KubeObject): string {
  const { versions = [] } = crd.spec as { versions?: { name: string; served?: boolean }[] }
  return versions
    .filter((each) => each.served)
    .map((each) => each.name)
    .join(', ')
}

function table({ client, server, address, kinds = {} }: Report): string {
  const lines = [`Client   ${client}`]
  if (server !== undefined) lines.push(`Server   ${server} (${address})`)
  for (const [name, versions] of Object.entries(kinds)) lines.push(`Kind     ${name}: ${versions}`)
  return `${lines.join('\n')}\n`
}
