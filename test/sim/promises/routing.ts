import type { Obj } from '../../../sandbox/src/types.ts'
import { type Sight, statusOf } from '../book.ts'
import type { Pledge } from '../promises.ts'

interface Share {
  service: string
  /** Percent of the rule's requests. */
  percent: number
}

/** What each rule of a route gives each Service, in percent. */
export function sharesOf(route: Obj): Share[][] {
  return (route.spec.rules ?? []).map(({ backendRefs = [] }: Obj['spec']) => {
    const weightOf = ({ weight = 1 }: { weight?: number }) => weight
    const all = backendRefs.reduce((sum: number, ref: { weight?: number }) => sum + weightOf(ref), 0)
    return backendRefs.map((ref: { name: string; weight?: number }) => ({
      service: ref.name,
      percent: all === 0 ? 0 : (100 * weightOf(ref)) / all,
    }))
  })
}

/** Ready endpoints of a Service. */
export function readyBehind({ slices }: Sight, service: string): string[] {
  const found: string[] = []
  for (const slice of slices.values()) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service) continue
    for (const { conditions, targetRef } of (slice as Obj & { endpoints?: Obj['spec'][] }).endpoints ?? [])
      if (conditions?.ready !== false && targetRef?.name) found.push(targetRef.name)
  }
  return found
}

/** Percent that Services beside the root get, the most of all rules. */
export function awayFromRoot(sight: Sight, root: string): number {
  let most = 0
  for (const route of sight.routes.values())
    for (const rule of sharesOf(route))
      most = Math.max(
        most,
        rule.filter(({ service }) => service === `${root}-canary`).reduce((sum, { percent }) => sum + percent, 0),
      )
  return most
}

export const routing: readonly Pledge[] = [
  {
    name: 'no traffic to nobody',
    says: 'A version gets more traffic only while some pod of it is ready.',
    watch(shop) {
      const shown = new Map<string, number>()
      return {
        changed(sight, { object }) {
          if (!shop.routes.some((kind) => kind === object.kind)) return undefined
          const canary = `${shop.name}-canary`
          const before = shown.get(object.kind) ?? 0
          const share = Math.max(0, ...sharesOf(object).map((rule) => rule.find(({ service }) => service === canary)?.percent ?? 0))
          shown.set(object.kind, share)
          if (share <= before || shop.replicas === 0 || sight.deployment?.spec.replicas === 0) return undefined
          // What was ready a moment ago may have died; the sets tell what a controller could know.
          const run = statusOf(sight)?.run
          const set = run && sight.sets.get(run.to.set)
          if (!set || (set.status?.availableReplicas ?? 0) > 0 || (set.status?.readyReplicas ?? 0) > 0) return undefined
          return readyBehind(sight, canary).length > 0
            ? undefined
            : `${object.kind} ${shop.name} gives the canary ${share} % after ${before} %, and none of its pods is ready`
        },
      }
    },
  },
  {
    name: 'no emptied set under traffic',
    says: 'A set of pods is emptied only when no route and no Service sends to it any more.',
    watch(shop) {
      return {
        changed(sight, { type, object, old }) {
          if (object.kind !== 'ReplicaSet' || type !== 'MODIFIED') return undefined
          if ((old?.spec.replicas ?? 0) === 0 || object.spec.replicas > 0 || sight.deployment?.spec.replicas === 0) return undefined
          const hash = object.metadata.labels?.['pod-template-hash']
          for (const route of sight.routes.values())
            for (const rule of sharesOf(route))
              for (const { service, percent } of rule)
                if (percent > 0 && sight.services.get(service)?.spec.selector?.['pod-template-hash'] === hash)
                  return `ReplicaSet ${object.metadata.name} is emptied while ${route.kind} ${shop.name} gives Service ${service} ${percent} %`
          return undefined
        },
      }
    },
  },
  {
    name: 'the way back',
    says: 'After a run routes and Service are, byte for byte, what they were before it.',
    watch(shop, sim) {
      return {
        rested(sight) {
          const { routes, service } = sim.repository.of(shop.name)
          for (const route of routes) {
            const there = sight.routes.get(`${route.kind}/${shop.name}`)
            if (!there) return `${route.kind} ${shop.name} is gone`
            const refs = (object: Obj) =>
              JSON.stringify(
                object.spec.rules.map((rule: Obj['spec']) =>
                  rule.backendRefs.map(({ name, port, weight = 1 }: Obj['spec']) => [name, port, weight]),
                ),
              )
            if (refs(there) !== refs(route as Obj)) return `${route.kind} ${shop.name} says ${refs(there)}, and said ${refs(route as Obj)}`
            if (there.metadata.labels?.['serin.dev/run'] !== undefined) return `${route.kind} ${shop.name} still has the label of a run`
          }
          const selector = JSON.stringify(sight.service?.spec.selector)
          // Blue/green keeps the Service on the version that was switched to.
          if (shop.mode !== 'Switch' && selector !== JSON.stringify(service.spec.selector))
            return `Service ${shop.name} selects ${selector}, and selected ${JSON.stringify(service.spec.selector)}`
          return undefined
        },
      }
    },
  },
]
