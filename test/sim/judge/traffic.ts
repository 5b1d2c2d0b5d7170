import type { Json } from '../../cluster/apiClient.ts'
import { shop } from '../../dsl/objects.ts'
import { canaryShareOf } from '../../dsl/sight.ts'

const serviceName = 'kubernetes.io/service-name'

/** A pod that is there, and the shares of the requests at the gateway and of those to the root Service that it gets. */
export interface Receiver {
  readonly name: string
  readonly image: string
  readonly running: boolean
  readonly share: number
  readonly direct: number
}

/** Who gets the traffic of a namespace: by the weights that the gateway has confirmed, and the ready endpoints of each Service. */
export interface Traffic {
  /** Told of an object as it is after a change. */
  saw(object: Json, gone: boolean): void
  receivers(): readonly Receiver[]
  /** Percent of the gateway's requests that go past the root Service. */
  weight(): number
  /** Share of the gateway's requests that find no pod. */
  lost(): number
}

export function watchedTraffic(): Traffic {
  const slices = new Map<string, Json>()
  const pods = new Map<string, Json>()
  let route: Json
  let found: readonly Receiver[] | undefined

  const readyBehind = (service: string): string[] =>
    [...slices.values()]
      .filter(({ metadata }) => metadata.labels?.[serviceName] === service)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }: Json) => conditions?.ready !== false)
      .map(({ targetRef }: Json) => targetRef.name)

  const shares = (): Map<string, number> => {
    const of = new Map<string, number>()
    const refs: Json[] = route?.spec.rules?.[0]?.backendRefs ?? []
    const total = refs.reduce((sum: number, { weight = 1 }: Json) => sum + weight, 0)
    for (const { name, weight = 1 } of refs) {
      const ready = weight > 0 ? readyBehind(name) : []
      for (const pod of ready) of.set(pod, (of.get(pod) ?? 0) + weight / total / ready.length)
    }
    return of
  }

  return {
    saw(object, gone) {
      const { name } = object.metadata
      if (object.kind === 'Pod') gone ? pods.delete(name) : pods.set(name, object)
      else if (object.kind === 'EndpointSlice') gone ? slices.delete(name) : slices.set(name, object)
      else if (object.kind === 'HTTPRoute') {
        if (!confirmed(object)) return
        route = object
      } else return
      found = undefined
    },
    receivers() {
      if (found) return found
      const at = shares()
      const root = readyBehind(shop)
      found = [...pods.values()].map(
        ({ metadata, spec, status }): Receiver => ({
          name: metadata.name,
          image: spec.containers[0].image,
          running: status?.phase === 'Running',
          share: at.get(metadata.name) ?? 0,
          direct: root.includes(metadata.name) ? 1 / root.length : 0,
        }),
      )
      return found
    },
    weight: () => (route ? canaryShareOf(route) : 0),
    lost() {
      return route ? 1 - this.receivers().reduce((sum, { share }) => sum + share, 0) : 0
    },
  }
}

function confirmed({ metadata, status }: Json): boolean {
  const conditions: Json[] = (status?.parents ?? []).flatMap(({ conditions = [] }: Json) => conditions)
  return conditions.length > 0 && conditions.every(({ observedGeneration }) => observedGeneration === metadata.generation)
}
