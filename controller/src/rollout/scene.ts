import { milliseconds } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { SetView, WorkloadView } from '../workload/view.ts'
import type { Action } from './actions.ts'
import type { Observed } from './observed.ts'
import { stepsOf, weightAt } from './steps/planned.ts'

/** A run under way, with everything seen around it. Nothing in it is ever changed: what changes is returned. */
export interface Scene {
  o: Observed
  view: WorkloadView
  run: Run
  /** The spec the run follows: frozen at its start. */
  spec: RolloutSpec
  now: Instant
}

/** What is known of a run whose workload is gone. */
export type Bare = Omit<Scene, 'view'>

/** What a part of the plan is still waiting for. `until`: when time alone ends it. */
export interface Wait {
  for: string
  because: string
  until?: Instant
  /** When to look again before that, because nobody tells. */
  lookAt?: Instant
}

/**
 * What one part of the plan wants. Nothing to wait for: it is satisfied, once its actions are done, and the next part may go on in the same plan.
 * Each part is decided from what is observed, so it may run any number of times.
 */
export interface Move {
  run: Run
  actions: Action[]
  wait?: Wait
  /** The run cannot go on. */
  failed?: string
}

/** What a run waits for that cannot go on by itself. */
export const somebodyDecides = 'somebody to decide'

export type Part = (scene: Scene) => Move

export const satisfied = (scene: Bare, actions: Action[] = []): Move => ({ run: scene.run, actions })
export const waits = (scene: Bare, wait: Wait, actions: Action[] = []): Move => ({ run: scene.run, actions, wait })
export const fails = (scene: Bare, because: string): Move => ({ run: scene.run, actions: [], failed: because })

/** Takes the parts in order, each on what the one before left, until one waits or fails. */
export function inOrder<S extends Bare = Scene>(parts: readonly ((scene: S) => Move)[]): (scene: S) => Move {
  return (scene) => {
    let { run } = scene
    const actions: Action[] = []
    for (const part of parts) {
      const move = part({ ...scene, run })
      run = move.run
      actions.push(...move.actions)
      if (move.wait || move.failed !== undefined) return { ...move, actions }
    }
    return { run, actions }
  }
}

/** Takes parts that do not depend on each other, in one plan: all act, and all must be satisfied. The first that fails speaks; of several that wait, the first. */
export function together(parts: readonly Part[]): Part {
  return (scene) => {
    let { run } = scene
    const actions: Action[] = []
    let wait: Wait | undefined
    for (const part of parts) {
      const move = part({ ...scene, run })
      if (move.failed !== undefined) return move
      run = move.run
      actions.push(...move.actions)
      if (move.wait) wait = { ...(wait ?? move.wait), ...earliest(wait, move.wait) }
    }
    return { run, actions, ...(wait ? { wait } : {}) }
  }
}

function earliest(...waits: (Wait | undefined)[]): Pick<Wait, 'until'> {
  const times = waits.flatMap((wait) => wait?.until ?? [])
  return times.length === 0 ? {} : { until: Math.min(...times) }
}

export const instant = (timestamp: string): Instant => Date.parse(timestamp)

/** When a duration that began then is over. */
export const after = (since: string, duration: string): Instant => instant(since) + milliseconds(duration)

/** The set of the version being released, if it is known. */
export function canarySet({ view, run }: Pick<Scene, 'view' | 'run'>): SetView | undefined {
  return view.sets.find((set) => set.name === run.to.set)
}

/** The stable set; unknown (undefined) as long as it is the workload's own and was never read. */
export function stableSet({ view, run }: Pick<Scene, 'view' | 'run'>): SetView | undefined {
  return view.sets.find((set) => set.name === run.from.set)
}

/** The version being released belongs to the workload again: from here there is no way back but an undo. */
export function handedOver(scene: Parameters<typeof cheap>[0]): boolean {
  return canarySet(scene)?.owner === 'workload' && (cheap(scene) || stableSet(scene)?.owner !== 'workload')
}

/** Somebody let another template in: the native controller replaces the pods of this version, and no Service may stay pinned to them. */
export const replacedNatively = ({ held, template }: WorkloadView, version: { template: string } | undefined): boolean =>
  version !== undefined && !held && template !== version.template

/**
 * The hand-over is the cheap one: both sets are the workload's, and the native rolling update finishes. Not where only a pause holds a newer
 * template: let go for that, it would go in unjudged. And not with strategy Recreate, which ends all pods before it starts others.
 */
export function cheap({ o, view, run, spec }: Pick<Scene, 'view' | 'run' | 'spec'> & { o: Pick<Observed, 'gate'> }): boolean {
  return (
    o.gate !== 'paused' &&
    !view.neverTwo &&
    run.mode !== 'Switch' &&
    !run.fast &&
    spec.handOver.at < 100 &&
    weightAt(stepsOf(spec), stepsOf(spec).length) >= spec.handOver.at
  )
}

/** Who or what stopped the run, and how it goes on; undefined while nobody did. */
export function pausedBy({ o, run }: Pick<Scene, 'o' | 'run'>): string | undefined {
  if (run.paused) return `${run.paused.by} paused it: serin resume ${o.rollout.metadata.name}`
  if (o.rollout.spec.paused) return 'spec.paused of the Rollout is true'
  return undefined
}
