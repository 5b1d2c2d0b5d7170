import type { KubeObject } from '../kube/types.ts'
import { isObject } from './patch.ts'

interface Endpoint {
  addresses?: string[]
  conditions?: { ready?: boolean | null; serving?: boolean | null; terminating?: boolean | null }
  targetRef?: { kind?: string; name?: string; namespace?: string; uid?: string }
}

interface Seen {
  ready: boolean
  serving: boolean
  terminating: boolean
  podName?: string
}

/** What stands behind a Service. A pod counts once, whether it has one address family or two. */
export interface Endpoints {
  /** Get new requests. */
  ready: number
  /** Able to answer, the terminating ones included. */
  serving: number
  /** On their way out; proxies may still finish requests there. */
  terminating: number
  /** Names of all pods in the slices, in whatever state, sorted. */
  podNames: string[]
}

/** Sums up the EndpointSlices of one Service; of the pods that `counts` names, where it is given. */
export function endpointsOf(slices: readonly KubeObject[], counts: (podName: string) => boolean = () => true): Endpoints {
  const seen = new Map<string, Seen>()
  for (const slice of slices) {
    const family = String(slice.addressType ?? 'IPv4')
    for (const endpoint of Array.isArray(slice.endpoints) ? (slice.endpoints as Endpoint[]) : []) {
      if (!counts(endpoint.targetRef?.name ?? '')) continue
      const key = keyOf(endpoint, family)
      const now = stateOf(endpoint)
      const before = seen.get(key)
      // An endpoint that moves between slices stands in both for a moment: proxies use it when either says ready.
      seen.set(key, before ? merge(before, now) : now)
    }
  }
  const all = [...seen.values()]
  return {
    ready: all.filter((one) => one.ready).length,
    serving: all.filter((one) => one.serving).length,
    terminating: all.filter((one) => one.terminating).length,
    podNames: all.flatMap((one) => one.podName ?? []).sort(),
  }
}

/** How many pods behind a Service get new requests. */
export function readyEndpoints(slices: readonly KubeObject[]): number {
  return endpointsOf(slices).ready
}

function keyOf({ targetRef, addresses }: Endpoint, family: string): string {
  if (targetRef?.uid) return targetRef.uid
  if (targetRef?.name) return `${targetRef.kind ?? 'Pod'}/${targetRef.namespace ?? ''}/${targetRef.name}`
  return `${family}/${addresses?.[0] ?? ''}`
}

/** What is left out means ready and not terminating; `serving` follows `ready`. */
function stateOf({ conditions, targetRef }: Endpoint): Seen {
  const said = isObject(conditions) ? conditions : {}
  const terminating = said.terminating ?? false
  const ready = said.ready ?? true
  return {
    // A Service that publishes unready addresses calls terminating pods ready; they are no place for new requests all the same.
    ready: ready && !terminating,
    serving: said.serving ?? ready,
    terminating,
    ...((targetRef?.kind ?? 'Pod') === 'Pod' && targetRef?.name !== undefined && { podName: targetRef.name }),
  }
}

function merge(a: Seen, b: Seen): Seen {
  return { ...a, ...b, ready: a.ready || b.ready, serving: a.serving || b.serving, terminating: a.terminating || b.terminating }
}
