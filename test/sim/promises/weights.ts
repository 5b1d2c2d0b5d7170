import type { Obj } from '../../../sandbox/src/types.ts'
import { statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { isRoute, mostOf, onTheWayMs, runLabel, secondsOf } from './sights.ts'

export const weightsSettle: Watch = (shop, sim) => {
  const last = new Map<string, { shown: string; at: number }>()
  return {
    changed(sight, { type, object }) {
      if (!isRoute(object)) return undefined
      // It is people who delete a route.
      if (type === 'DELETED') {
        last.delete(object.kind)
        return undefined
      }
      const shown = JSON.stringify([...mostOf(object)])
      const known = last.get(object.kind)
      if (known?.shown === shown) return undefined
      const held = object.metadata.labels?.[runLabel] !== undefined
      last.set(object.kind, { shown, at: held ? sim.now() : Number.NEGATIVE_INFINITY })
      const followed: string | undefined = statusOf(sight)?.run?.spec.traffic.verify.settle
      // An edit takes effect at once, and is written to the run a moment later.
      const settle = Math.min(secondsOf(followed), secondsOf(sight.rollout?.spec.traffic?.verify?.settle ?? followed))
      if (!known || !held || sim.now() - known.at >= settle - onTheWayMs) return undefined
      // A new leader knows of a write that its predecessor died over only what the route says; clocks that jump settle nothing.
      if (!sim.guarded(shop) || sim.undisturbed() < 20_000) return undefined
      return `${object.kind} ${shop.name} went from ${known.shown} to ${shown} after ${sim.now() - known.at} ms, and settles for ${settle} ms`
    },
  }
}

export const confirmedByTheGateway: Watch = (shop, sim) => {
  /** Of each kind of route: the generation that its present shares came with, when, and the one the gateway has taken. */
  const told = new Map<string, { shown: string; generation: number; at: number; taken: number }>()
  return {
    changed(sight, { object, old }) {
      if (isRoute(object)) {
        const shown = JSON.stringify([...mostOf(object)])
        const known = told.get(object.kind)
        const since = known?.shown === shown ? known : { generation: object.metadata.generation ?? 0, at: sim.now() }
        told.set(object.kind, { ...since, shown, taken: Math.max(known?.taken ?? 0, takenBy(object)) })
        return undefined
      }
      if (object.kind !== 'Rollout') return undefined
      const [run, before] = [object.status?.run, old?.status?.run]
      if (run?.mode !== 'Routes' || run.outcome || run.weight.actual === 0) return undefined
      if (run.weight.confirmedAt === undefined || run.weight.confirmedAt === before?.weight.confirmedAt) return undefined
      if (run.weight.actual <= (before?.weight.actual ?? 0)) return undefined
      // Of two that lead, one writes the route while the other writes what was confirmed.
      if (sim.undisturbed() < 0) return undefined
      for (const route of sight.routes.values()) {
        const { generation = 0, taken = 0, at = 0 } = told.get(route.kind) ?? {}
        // Where no policy guards, somebody may write over a weight while it is said to be confirmed.
        const other = Math.round(mostOf(route).get(`${shop.name}-canary`) ?? 0) !== run.weight.actual
        if (other && !sim.guarded(shop) && sim.now() - at < onTheWayMs) continue
        if (taken < generation)
          return `run ${run.id} says that ${run.weight.actual} % are confirmed; the gateway of ${route.kind} ${shop.name} has taken generation ${taken} of ${generation}`
      }
      return undefined
    },
  }
}

/** The newest generation that every parent of a route accepted. */
function takenBy({ status, spec }: Obj): number {
  const parents: Obj['status'][] = status?.parents ?? []
  if (parents.length < (spec.parentRefs ?? []).length) return 0
  return Math.min(
    ...parents.map(({ conditions = [] }) =>
      Math.min(
        ...['Accepted', 'ResolvedRefs'].map((type) => {
          const found = conditions.find((one: Obj['status']) => one.type === type)
          return found?.status === 'True' ? (found.observedGeneration ?? 0) : 0
        }),
      ),
    ),
  )
}
