/** The arithmetic of a Deployment: whole numbers in, whole numbers out, nothing of the API. */

export interface Limits {
  /** spec.replicas. */
  replicas: number
  /** Pods allowed above `replicas`. */
  surge: number
  /** Pods allowed to be missing below `replicas`. */
  unavailable: number
}

interface SetSize {
  name: string
  /** Wanted pods. */
  size: number
  /** Milliseconds since the epoch. */
  created: number
}

type Amount = number | string | undefined

/** Surge rounds up and unavailable down, so both promises hold; both zero would never move, so one may be missing then. */
export function limits(
  replicas: number,
  strategy: { type?: string; rollingUpdate?: { maxSurge?: Amount; maxUnavailable?: Amount } },
): Limits {
  if (strategy.type === 'Recreate') return { replicas, surge: 0, unavailable: 0 }
  const surge = scaled(strategy.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = scaled(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor)
  if (replicas === 0) return { replicas, surge, unavailable: 0 }
  return { replicas, surge, unavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable) }
}

function scaled(amount: number | string, of: number, round: (value: number) => number): number {
  if (typeof amount === 'number') return amount
  return round((Number.parseInt(amount, 10) * of) / 100)
}

/** How large the new set may be now, given all pods wanted by all sets. Never smaller than it is. */
export function newSetSize(limits: Limits, size: number, total: number): number {
  const room = limits.replicas + limits.surge - total
  return room <= 0 ? size : size + Math.max(0, Math.min(room, limits.replicas - size))
}

interface OldSet extends SetSize {
  available: number
}

/**
 * New sizes of the old sets, changed ones only: those without available pods first, then oldest first, so that never
 * fewer than `replicas - unavailable` available pods remain, the new set's unavailable ones not counted on. A set that still
 * counts pods which it was told to let go ends it for this time: the real controller gives up on its own error there.
 */
export function shrinkOldSets(limits: Limits, oldSets: OldSet[], newSet: { size: number; available: number }): Map<string, number> {
  const sizes = new Map<string, number>()
  const oldest = [...oldSets].filter((set) => set.size > 0).sort(byAge)
  const total = sum(oldest, (set) => set.size) + newSet.size
  const minAvailable = limits.replicas - limits.unavailable
  const room = total - minAvailable - (newSet.size - newSet.available)
  if (room <= 0) return sizes
  let cleaned = 0
  for (const set of oldest) {
    if (cleaned >= room) break
    if (set.available > set.size) return sizes
    const unhealthy = Math.min(room - cleaned, set.size - set.available)
    if (unhealthy === 0) continue
    cleaned += unhealthy
    sizes.set(set.name, set.size - unhealthy)
  }
  let spare = sum(oldest, (set) => set.available) + newSet.available - minAvailable
  for (const set of oldest) {
    if (spare <= 0) break
    const size = sizes.get(set.name) ?? set.size
    const less = Math.min(size, spare)
    if (less === 0) continue
    spare -= less
    sizes.set(set.name, size - less)
  }
  return sizes
}

interface ActiveSet extends SetSize {
  /** What the set's annotation says the Deployment's replicas plus surge were when it was last scaled. */
  maxReplicas: number | undefined
}

/**
 * Sizes after a change of spec.replicas in the middle of a rollout: each active set keeps its share of the Deployment,
 * what rounding leaves over goes to the largest. `counted` is status.replicas, the stand-in for a missing annotation.
 */
export function proportionalSizes(limits: Limits, sets: ActiveSet[], counted: number): Map<string, number> {
  const allowed = limits.replicas > 0 ? limits.replicas + limits.surge : 0
  const toAdd = allowed - sum(sets, (set) => set.size)
  const largestFirst = [...sets].sort((a, b) => b.size - a.size || (toAdd > 0 ? byAge(b, a) : byAge(a, b)))
  const sizes = new Map<string, number>()
  let added = 0
  for (const set of largestFirst) {
    const share = toAdd === 0 || toAdd === added ? 0 : fraction(set, limits, counted)
    const bounded = toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added)
    const change = toAdd === 0 || toAdd === added ? 0 : bounded
    sizes.set(set.name, set.size + change)
    added += change
  }
  const [largest] = largestFirst
  if (largest && toAdd !== 0) sizes.set(largest.name, Math.max(0, (sizes.get(largest.name) ?? 0) + toAdd - added))
  return sizes
}

function fraction(set: ActiveSet, limits: Limits, counted: number): number {
  if (limits.replicas === 0) return -set.size
  const before = set.maxReplicas || counted
  if (!before) return 0
  return Math.round((set.size * (limits.replicas + limits.surge)) / before) - set.size
}

const byAge = (a: SetSize, b: SetSize): number => a.created - b.created || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

export const sum = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((total, item) => total + of(item), 0)
