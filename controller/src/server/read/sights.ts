import type { Clock, Instant } from '../../clock.ts'
import type { Authority, Person } from '../parts.ts'
import { type Sight, sightOf } from './visible.ts'

/** What people may see of releases. */
export interface Sights {
  /** As `sightOf`. A right that is given may be seen a minute later. */
  of(person: Person, namespaces: Iterable<string>): Promise<Sight>
}

/** Somebody may see few namespaces of many: where he may not, he is not asked for again before this. */
const refusedForMs = 50_000
const mostPeople = 5_000

const made = new WeakMap<object, Sights>()

/** For what is asked often, by many: lists and open pages. The same for the same authority. */
export function sightsOf(authority: Pick<Authority, 'may'>, clock: Clock): Sights {
  const known = made.get(authority)
  if (known) return known
  const refusals = new Map<string, Map<string, Instant>>()

  /** Until when each namespace counts as refused; the people who were asked for longest ago are forgotten. */
  const refusedTo = ({ username, groups, uid }: Person): Map<string, Instant> => {
    const key = JSON.stringify([username, groups, uid])
    const refused = refusals.get(key) ?? new Map()
    refusals.delete(key)
    refusals.set(key, refused)
    const [oldest] = refusals.keys()
    if (refusals.size > mostPeople && oldest !== undefined) refusals.delete(oldest)
    return refused
  }
  const sights: Sights = {
    async of(person, namespaces) {
      const refused = refusedTo(person)
      const now = clock.now()
      for (const [namespace, until] of refused) if (until <= now) refused.delete(namespace)
      const open = [...namespaces].filter((namespace) => !refused.has(namespace))
      const sight = await sightOf(authority, person, open)
      if (!sight.everywhere) for (const namespace of open) if (!sight.namespaces.has(namespace)) refused.set(namespace, now + refusedForMs)
      return sight
    },
  }
  made.set(authority, sights)
  return sights
}
