import { isDeepStrictEqual } from 'node:util'
import type { Change } from '../../../sandbox/src/api.ts'
import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, type Sight } from '../book.ts'
import type { Shop } from '../shop.ts'
import type { Sim } from '../sim.ts'
import { natureOf } from '../versions.ts'

/** Words that promises share. */

export const hashLabel = 'pod-template-hash'
export const runLabel = 'serin.dev/run'
export const rolloutLabel = 'serin.dev/rollout'
/** On a Deployment: the Rollout that guards it. */
export const managedLabel = 'serin.dev/managed'
/** Whoever breaks the glass writes it to the Deployment. */
export const releaseAnnotation = 'serin.dev/release'

export const hashOf = ({ metadata }: Obj): string => metadata.labels?.[hashLabel] ?? ''

export const isReady = (pod: Obj): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status?.conditions ?? []).some(({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True')

/** Begins to go, by whatever way, in this change. */
export const goes = ({ type, object, old }: { type: string; object: Obj; old?: Obj }): boolean =>
  type === 'DELETED'
    ? old?.metadata.deletionTimestamp === undefined
    : object.metadata.deletionTimestamp !== undefined && old?.metadata.deletionTimestamp === undefined

/** Pods that a Service selects, ready or not. */
export function podsFor(sight: Sight, service: string): Obj[] {
  const selector = Object.entries(sight.services.get(service)?.spec.selector ?? {})
  if (selector.length === 0) return []
  return [...sight.pods.values()].filter((pod) => selector.every(([key, value]) => pod.metadata.labels?.[key] === value))
}

/** Those of them that are ready at this instant. */
export const readyFor = (sight: Sight, service: string): Obj[] => podsFor(sight, service).filter(isReady)

/** What a workload or a set of its pods runs. */
export const imageOf = ({ spec }: Obj): string => spec.template.spec.containers[0].image

export const versionOf = (image = ''): string => image.slice(image.indexOf(':') + 1)

/** Its pods stay ready by themselves, once they are. */
export const isSteady = (image: string): boolean => ['good', 'slow', 'errors'].includes(natureOf(versionOf(image)))

/** The pods that both ask for are the same, but for the hash, which each set has of its own. */
export function sameTemplate(one: Obj, other: Obj): boolean {
  const [a, b] = [one.spec.template, other.spec.template]
  return isDeepStrictEqual(a.spec, b.spec) && isDeepStrictEqual(a.metadata?.annotations, b.metadata?.annotations)
}

export interface Share {
  service: string
  /** Percent of the rule's requests. */
  percent: number
}

/** The native controller has something left to do that Serin does not hold. */
export function rollsNatively({ deployment }: Sight): boolean {
  if (!deployment || deployment.spec.paused) return false
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment.status ?? {}
  return replicas !== deployment.spec.replicas || updatedReplicas < replicas || availableReplicas < replicas
}

/**
 * Sets that a person let go, as long as they want pods: the native controller ends what it began, also when another template comes, or when one
 * is held beside it because what was let go never gets ready.
 */
export function letGoIn(shop: Shop, sim: Sim): { has(name: string): boolean; enter(change: Change): void } {
  const names = new Set<string>()
  return {
    has: (name) => names.has(name),
    enter({ type, object }) {
      if (object.kind !== 'ReplicaSet') return
      if (type === 'DELETED' || object.spec.replicas === 0) names.delete(object.metadata.name)
      else if (sim.loose(shop.name) && controllerOf(object)?.kind === 'Deployment') names.add(object.metadata.name)
    },
  }
}

/** What each rule of a route gives each Service, in percent. */
function sharesOf(route: Obj): Share[][] {
  return (route.spec.rules ?? []).map(({ backendRefs = [] }: Obj['spec']) => {
    const weightOf = ({ weight = 1 }: { weight?: number }) => weight
    const all = backendRefs.reduce((sum: number, ref: { weight?: number }) => sum + weightOf(ref), 0)
    return backendRefs.map((ref: { name: string; weight?: number }) => ({
      service: ref.name,
      percent: all === 0 ? 0 : (100 * weightOf(ref)) / all,
    }))
  })
}

/** The most that any rule of a route gives each Service. */
export function mostOf(route: Obj | undefined): Map<string, number> {
  const most = new Map<string, number>()
  for (const rule of route ? sharesOf(route) : [])
    for (const { service, percent } of rule) most.set(service, Math.max(percent, most.get(service) ?? 0))
  return most
}

/** Percent that the Service of the new version gets, the most of all rules. */
export function awayFromRoot(sight: Sight, root: string): number {
  let most = 0
  for (const route of sight.routes.values()) most = Math.max(most, mostOf(route).get(`${root}-canary`) ?? 0)
  return most
}

/** How old a controller's sight of the cluster may be just now: what it could not know it cannot be blamed for. */
export const blindMs = (sim: Sim): number => (sim.undisturbed() > 15_000 ? 1_000 : 25_000)

export const isRoute = ({ kind }: Obj): boolean => kind.endsWith('Route')

/** A number that changes now and then, and what it was within the last while. */
export interface Course {
  enter(value: number): void
  least(ms: number): number
  most(ms: number): number
}

/** `beginning`: what it is until it is first heard of. */
export function courseOf(now: () => number, beginning = 0): Course {
  let entries = [{ at: Number.NEGATIVE_INFINITY, value: beginning }]
  const within = (ms: number): number[] => {
    const from = now() - ms
    return entries
      .slice(
        Math.max(
          0,
          entries.findLastIndex(({ at }) => at <= from),
        ),
      )
      .map(({ value }) => value)
  }
  return {
    enter(value) {
      if (entries.at(-1)?.value !== value) entries.push({ at: now(), value })
      if (entries.length > 100) entries = entries.slice(50)
    },
    least: (ms) => Math.min(...within(ms)),
    most: (ms) => Math.max(...within(ms)),
  }
}

/** A time is noted before the write that it is of sets out. */
export const onTheWayMs = 150

export const secondsOf = (duration = '0s'): number => {
  const [, amount = '0', unit = 's'] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? []
  return Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0)
}
