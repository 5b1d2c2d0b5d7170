import { group } from '../../api/rollout.ts'
import type { Authority, Person } from '../parts.ts'

/** In which namespaces somebody may list a resource of ours. */
export interface Reach {
  everywhere: boolean
  namespaces: ReadonlySet<string>
}

/** Questions to the API server at once, for one person. */
const width = 16

/** Asks for the whole cluster first; only without that right for each namespace. */
export async function reachOf(
  authority: Pick<Authority, 'may'>,
  person: Person,
  resource: string,
  namespaces: Iterable<string>,
): Promise<Reach> {
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

export const reaches = ({ everywhere, namespaces }: Reach, namespace: string): boolean => everywhere || namespaces.has(namespace)
