import type { JsonPatchOp, KubeObject } from '../kube/types.ts'

/** What a route shall do. Weights are integers and sum to 100; service names are in the route's namespace. */
export interface Split {
  /** The root Service, pinned to stable for the time of the run. */
  root: string
  canary: string
  /** Percent of the requests that go to the canary, 0..100. */
  weight: number
  /** The Service of fresh pods of the old version, which get as much as the canary; of a canary of more than half, all the rest. Left out: there are none. */
  baseline?: string
  /** The run's id and its Rollout's name: the labels that keep everybody else from the rules while they are there. */
  runId: string
  rollout: string
  /** The rules to split, by name, an unnamed one by its index; left out: every rule that names the root Service. */
  rules?: readonly string[]
  /** Requests that go to the canary whatever the weight says. */
  matches?: readonly RequestMatch[]
}

/** All conditions of one match hold together; several matches are alternatives. The source rule's own conditions stay. */
export interface RequestMatch {
  /** Names the rules made for it: `name`, `name-1`, ... one for each split rule. */
  name: string
  headers?: readonly Condition[]
  cookies?: readonly Condition[]
  /** A path prefix, in whole path segments. */
  path?: string
}

/** At most one of value, prefix and regex (RE2, the whole value) is set; none: any value will do. */
export interface Condition {
  name: string
  value?: string
  prefix?: string
  regex?: string
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

/**
 * Whether the data plane says that it obeys the route as it stands. `unknown`: nothing reports.
 * `no`: not yet, and what it waits for. `refused`: it says no, and why.
 */
export type Verified = { state: 'yes' | 'unknown' } | { state: 'no' | 'refused'; because: string }

/**
 * One kind of route, as pure functions over its JSON. Laws (property-tested for every router):
 * split is idempotent and independent of the splits before it; `restore(split(o, w), originalOf(o))` gives o's spec back;
 * fields it does not own survive. Patches carry their preconditions: they fail rather than land on a route that changed meanwhile.
 */
export interface Router {
  readonly group: string
  readonly kind: string
  /** The kind's name in URLs, RBAC and policies. */
  readonly plural: string
  readonly can: Capabilities
  /** The part of the route that a run changes, small enough for a status field. */
  originalOf(route: KubeObject): unknown
  /**
   * Says why the route cannot carry this Service's split (no rule names the root Service, ...), or undefined.
   * `asks` is what else the run will want of it; all of that is asked of the route as it is before the run,
   * in the run of `asks.rollout` only whether the root is still named.
   */
  refuses(
    route: KubeObject,
    root: string,
    asks?: Partial<Pick<Split, 'canary' | 'baseline' | 'rollout' | 'rules' | 'matches'>>,
  ): string | undefined
  /** Things people should know, e.g. that a foreign backend takes a share. */
  warnings(route: KubeObject, split: Split): string[]
  /** Patches that make the route show the split and carry the run's labels; empty when it does already. `original` is what originalOf gave before the run. */
  split(route: KubeObject, original: unknown, wanted: Split): JsonPatchOp[]
  /** Patches that bring the original back; empty when it is there. The run's labels stay: the data plane has yet to confirm it. */
  restore(route: KubeObject, original: unknown): JsonPatchOp[]
  /** Patches that give the root what canary and baseline have, and name these no more, where the original is lost; empty when no rule names them beside it. */
  giveUp(route: KubeObject, split: Pick<Split, 'root' | 'canary' | 'baseline'>): JsonPatchOp[]
  /** Patches that take the run's labels and marks off the route, the last act of a run; empty when there are none. */
  release(route: KubeObject): JsonPatchOp[]
  /**
   * The canary's weight that the route's spec asks for now, of what root, canary and baseline get; undefined when it names no canary beside the root.
   * Where rules differ (somebody interfered) the greatest; not an integer when the numbers are not ours.
   */
  weightOf(route: KubeObject, split: Pick<Split, 'root' | 'canary' | 'baseline' | 'rules'>): number | undefined
  verified(route: KubeObject): Verified
}
