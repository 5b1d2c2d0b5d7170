import { apiVersion, group, rolloutKind } from '../../api/rollout.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { Authority, Parts, Person } from '../parts.ts'

/** In which namespaces somebody may list Rollouts, or another resource of ours. */
export interface Sight {
  everywhere: boolean
  namespaces: ReadonlySet<string>
}

/** Questions to the API server at once, for one person. */
const width = 16

/** Asks for the whole cluster first; only without that right for each namespace. Throws what the authority throws. */
export async function sightOf(
  authority: Pick<Authority, 'may'>,
  person: Person,
  namespaces: Iterable<string>,
  resource: string = rolloutKind.plural,
): Promise<Sight> {
  const wanted = { verb: 'list', group, resource }
  if ((await authority.may(person, wanted)).allowed) return { everywhere: true, namespaces: new Set() }
  const open = [...new Set(namespaces)]
  const seen = new Set<string>()
  const work = async () => {
    for (let namespace = open.pop(); namespace !== undefined; namespace = open.pop())
      if ((await authority.may(person, { ...wanted, namespace })).allowed) seen.add(namespace)
  }
  await Promise.all(Array.from({ length: Math.min(width, open.length) }, work))
  return { everywhere: false, namespaces: seen }
}

export const sees = ({ everywhere, namespaces }: Sight, namespace: string): boolean => everywhere || namespaces.has(namespace)

interface Type {
  kind: string
  plural: string
}

/** Objects of a namespaced kind that the person may list, with a release in their namespace or the right to all. */
export async function visible(
  { authority, client, releases, options }: Pick<Parts, 'authority' | 'client' | 'releases' | 'options'>,
  person: Person,
  { kind, plural }: Type,
  only: string | undefined,
): Promise<KubeObject[]> {
  const known = new Set(only === undefined ? [...releases.all()].map(({ namespace }) => namespace) : [only])
  if (options.namespace !== undefined) known.add(options.namespace)
  const sight = await sightOf(authority, person, known, plural)
  const within = only ?? options.namespace
  if (sight.everywhere) return client.list({ apiVersion, kind }, within === undefined ? {} : { namespace: within })
  const seen = [...sight.namespaces].filter((namespace) => within === undefined || namespace === within)
  return (await Promise.all(seen.map((namespace) => client.list({ apiVersion, kind }, { namespace })))).flat()
}

/** The same of a kind of the whole cluster. A server that looks at one namespace only may have no right to it itself. */
export async function visibleInCluster(
  { authority, client }: Pick<Parts, 'authority' | 'client'>,
  person: Person,
  { kind, plural }: Type,
): Promise<KubeObject[]> {
  const sight = await sightOf(authority, person, [], plural)
  return sight.everywhere ? client.list({ apiVersion, kind }) : []
}
