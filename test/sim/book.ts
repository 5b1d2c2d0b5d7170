import type { Change } from '../../sandbox/src/api.ts'
import type { Obj } from '../../sandbox/src/types.ts'

/** Everything of one shop, as it is in the API server at this instant. */
export interface Sight {
  rollout: Obj | undefined
  /** A tool that replaces objects took the finalizer from its Rollout in mid-run, and nobody put it back yet. */
  bare: boolean
  /** Its Rollout was deleted so: what its routes had before only its status knew (docs/roadmap.md). */
  vanished: boolean
  deployment: Obj | undefined
  service: Obj | undefined
  routes: Map<string, Obj>
  sets: Map<string, Obj>
  pods: Map<string, Obj>
  services: Map<string, Obj>
  slices: Map<string, Obj>
  commands: Map<string, Obj>
  analyses: Map<string, Obj>
}

export interface Book {
  of(shop: string): Sight
  /** Takes a change in; the shop that it is of, if of any. */
  enter(change: Change): string | undefined
}

/** Objects of a shop have its name, or one that begins with it and a hyphen. */
export const shopOf = (name: string): string => name.split(/[-.]/, 1)[0] ?? name

const shelves = {
  ReplicaSet: 'sets',
  Pod: 'pods',
  Service: 'services',
  EndpointSlice: 'slices',
  RolloutCommand: 'commands',
  AnalysisRun: 'analyses',
  HTTPRoute: 'routes',
  GRPCRoute: 'routes',
  TCPRoute: 'routes',
  TLSRoute: 'routes',
} as const

/** An index by shop, kept by the changes; looking at all objects after each of them would cost too much. */
export function bookOf(shops: readonly string[]): Book {
  const sights = new Map<string, Sight>(shops.map((name) => [name, emptySight()]))
  const book: Book = {
    of(shop) {
      const sight = sights.get(shop)
      if (!sight) throw new Error(`no shop ${shop}`)
      return sight
    },
    enter({ type, object, old }) {
      const name = shopOf(object.metadata.name)
      const sight = sights.get(name)
      if (!sight) return undefined
      const present = type === 'DELETED' ? undefined : object
      if (object.kind === 'Rollout') {
        sight.rollout = present
        if (type === 'DELETED') sight.vanished ||= sight.bare
        if (type === 'ADDED') sight.bare = false
        if (type === 'MODIFIED') sight.bare = isBare(object) && (sight.bare || (old?.metadata.finalizers ?? []).length > 0)
      } else if (object.kind === 'Deployment') sight.deployment = present
      else {
        const shelf = shelves[object.kind as keyof typeof shelves]
        // Of other kinds, such as events, only the change itself is of interest.
        if (shelf === undefined) return name
        const key = shelf === 'routes' ? `${object.kind}/${object.metadata.name}` : object.metadata.name
        if (present) sight[shelf].set(key, present)
        else sight[shelf].delete(key)
        if (object.kind === 'Service' && object.metadata.name === name) sight.service = present
      }
      return name
    },
  }
  return book
}

const isBare = ({ metadata, status }: Obj): boolean => (status?.run ?? status?.kept) !== undefined && !metadata.finalizers?.length

function emptySight(): Sight {
  return {
    rollout: undefined,
    bare: false,
    vanished: false,
    deployment: undefined,
    service: undefined,
    routes: new Map(),
    sets: new Map(),
    pods: new Map(),
    services: new Map(),
    slices: new Map(),
    commands: new Map(),
    analyses: new Map(),
  }
}

export const statusOf = ({ rollout }: Sight): Obj['status'] | undefined => rollout?.status

export function controllerOf(object: Obj): { kind: string; uid: string } | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller)
}
