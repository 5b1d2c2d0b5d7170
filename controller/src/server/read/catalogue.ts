import type { Release } from '../dto/release.ts'
import type { Releases } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { type Ordered, ordered, rowOf } from './order.ts'

/** The releases in order, and where they are. */
export interface Catalogue extends Pick<Ordered, 'in' | 'revision'> {
  namespaces(): Iterable<string>
}

const made = new WeakMap<Releases, Catalogue>()

/** The same one for the same releases: it follows them from the first time it is asked for. */
export function catalogueOf(releases: Releases): Catalogue {
  const known = made.get(releases)
  if (known) return known
  const rows = ordered()
  const perNamespace = new Map<string, Set<string>>()
  const put = (release: Release) => {
    rows.put(rowOf(release))
    const names = perNamespace.get(release.namespace) ?? new Set()
    perNamespace.set(release.namespace, names.add(release.name))
  }
  const take = ({ namespace, name }: Release) => {
    rows.remove(`${namespace}/${name}`)
    const names = perNamespace.get(namespace)
    names?.delete(name)
    if (names?.size === 0) perNamespace.delete(namespace)
  }
  for (const release of releases.all()) put(release)
  releases.onChange(({ release, gone }) => {
    if (gone) take(release)
    else put(release)
  })
  const catalogue: Catalogue = { in: rows.in, revision: rows.revision, namespaces: () => perNamespace.keys() }
  made.set(releases, catalogue)
  return catalogue
}

/** A list of some of them would be taken for all: before the first list is whole there is a Refusal. */
export function mustBeSynced(releases: Pick<Releases, 'isSynced'>): void {
  if (!releases.isSynced()) throw new Refusal('SERIN-503-STARTING', 'The first list of Rollouts is not there yet. Try again in a moment.')
}
