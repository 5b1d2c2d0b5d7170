import { group, rolloutKind } from '../../api/rollout.ts'
import type { Authority, Person } from '../parts.ts'

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
