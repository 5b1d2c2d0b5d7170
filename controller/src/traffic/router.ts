import type { JsonPatchOp, KubeObject } from '../kube/types.ts'

/** What a route shall do. Weights are integers and sum to 100; service names are in the route's namespace. */
export interface Split {
  /** The root Service, pinned to stable for the time of the run. */
  root: string
  canary: string
  /** Percent of the requests that go to the canary, 0..100. */
  weight: number
}

/** What a kind of route can express; read by `serin lint`, by the plan before anything moves, and by the docs table. */
export interface Capabilities {
  weights: boolean
  matches: readonly ('header' | 'query' | 'method' | 'path' | 'cookie')[]
  mirror: 'no' | 'yes' | 'percent'
  sticky: boolean
  /** What tells that a weight took effect: the route's conditions, or only time. */
  verify: 'conditions' | 'settle'
}

/** Whether the data plane says that it obeys the route as it stands. `unknown`: nothing reports. `refused`: it says no, and why. */
export type Verified = { state: 'yes' | 'no' | 'unknown' } | { state: 'refused'; because: string }

/**
 * One kind of route, as pure functions over its JSON. Laws (property-tested for every router):
 * split is idempotent; `restore(split(o, w), originalOf(o)) = o`; fields it does not own survive.
 */
export interface Router {
  readonly group: string
  readonly kind: string
  readonly can: Capabilities
  /** The part of the route that a run changes, small enough for a status field. */
  originalOf(route: KubeObject): unknown
  /** Says why the route cannot carry this Service's split (no rule names the root Service, ...), or undefined. */
  refuses(route: KubeObject, root: string): string | undefined
  /** Things people should know, e.g. that a foreign backend takes a share. */
  warnings(route: KubeObject, split: Split): string[]
  /** Patches that make the route show the split; empty when it does already. `original` is what originalOf gave before the run. */
  split(route: KubeObject, original: unknown, wanted: Split): JsonPatchOp[]
  /** Patches that bring the original back; empty when it is there. */
  restore(route: KubeObject, original: unknown): JsonPatchOp[]
  /** The canary's weight that the route's spec asks for now, or undefined when it names no canary. */
  weightOf(route: KubeObject, split: Pick<Split, 'root' | 'canary'>): number | undefined
  verified(route: KubeObject): Verified
}
