import { pinnedTo } from '../traffic/services.ts'
import { pods } from '../workload/deployment.ts'
import type { SetView } from '../workload/view.ts'
import { type Action, fenced, handsOver } from './actions.ts'
import { activeIn, givesWay } from './activeSets.ts'
import { afterPassed, analysesExist, harmFound } from './analyses.ts'
import { armNotLarger } from './arm.ts'
import { armsExist, baselineGone, baselineRemoved, freshSet, ifBaseline } from './baseline.ts'
import { canary as canaryArm, canaryExists, canaryOfSize, canarySize } from './canary.ts'
import { crashing } from './crashes.ts'
import { finalizer } from './finalizer.ts'
import { ownerOf } from './observed.ts'
import { vanished } from './order.ts'
import {
  baselineServiceExists,
  canaryReachable,
  canaryServiceExists,
  endpointsIn,
  originalsCurrent,
  rootPinned,
  rootServes,
  rootUnpinned,
  routesHeld,
  serviceGone,
  switched,
  unpinned,
} from './routing.ts'
import {
  after,
  canarySet,
  cheap,
  fails,
  handedOver,
  inOrder,
  type Part,
  replacedNatively,
  type Scene,
  satisfied,
  stableSet,
  waits,
} from './scene.ts'
import { stepsOf } from './steps/planned.ts'
import { nativelyBecause } from './stuck.ts'
import {
  asLittleAsPossible,
  routesHome,
  routesPrimed,
  routesReleased,
  routesRestored,
  routesShow,
  shareSeen,
  withoutBaseline,
} from './weights.ts'

/** Pods of the whole workload. */
const full = ({ view }: Scene) => view.replicas
/** Pods for the first weight of the run. */
const first = (scene: Scene) => {
  const steps = stepsOf(scene.spec)
  const weight = steps.find((step) => step.weight !== undefined)?.weight ?? 0
  return scene.run.fast
    ? full(scene)
    : Math.min(Math.max(1, canarySize(scene, steps[0]?.weight ?? Math.min(weight, 1))), Math.max(full(scene), 1))
}
const stableHash = ({ run }: Scene) => run.from.hash

/** Until the run is cleaned up the Rollout does not vanish under it, whoever replaces it. */
export const finalized: Part = (scene) => satisfied(scene, finalizer.add(scene.o.rollout))

/** The template of the version to go back to is in the workload. */
const templateBack: Part = (scene) => {
  const { o, view, run } = scene
  const set = canarySet(scene)
  if (run.trigger !== 'Undo' || view.template === run.to.template || !set) return satisfied(scene)
  return waits(
    scene,
    { for: 'the workload to show the previous template', because: 'an undo puts it back first' },
    o.kind.writeTemplate(view, set, `${view.ref.name} goes back to ${run.to.images.join(', ')}`),
  )
}

/** Nothing of the new version serves yet when this is done; the order matters: the pin comes before the first pod. */
export const starting: Part = inOrder([
  originalsCurrent,
  finalized,
  templateBack,
  rootPinned(stableHash),
  routesHeld,
  canaryServiceExists,
  baselineServiceExists,
  routesPrimed,
  armsExist(first),
  analysesExist,
])

/** Made anew, or written whole where no policy guards, it would send to what serves nobody yet, or was refused, too, as long as that has pods. Nothing waits for it. */
const rootStaysPinned: Part = (scene) => {
  const { o, run } = scene
  const pods = [canarySet(scene), freshSet(scene)].some((set) => set?.owner === 'rollout' && hasPods(set))
  const switchedTo = run.mode === 'Switch' && run.weight.wanted === 100 ? run.to.hash : run.from.hash
  return typeof o.service !== 'string' && pods ? rootPinned(() => switchedTo)(scene) : satisfied(scene)
}

/** The new version carries everything; its owner becomes the workload. Every part is decided from what is seen, so a crash between any two goes on here. */
export const promoting: Part = (scene) => {
  if (handedOver(scene)) return afterwards(scene)
  const { run, spec } = scene
  const unsized = { ...scene, run: { ...run, size: undefined } }
  if (cheap(scene)) return handOverCheaply(unsized)
  const traffic: Record<typeof run.mode, Part[]> = {
    Routes: [canaryServiceExists, canaryReachable, routesShow(100, 'fail'), ifBaseline(inOrder([drained, baselineGone]))],
    Switch: [canaryServiceExists, canaryReachable, switched],
    Pods: [],
  }
  const harm = harmFound(scene) ?? crashing(scene)
  if (harm !== undefined) return fails(scene, harm)
  return inOrder([
    templateBack,
    rootStaysPinned,
    shareSeen,
    canaryOfSize(full),
    ...(spec.service ? traffic[run.mode] : []),
    afterPassed,
    swapped,
  ])(unsized)
}

/**
 * Owners change places: at every moment at most one set with pods belongs to the workload, so nothing is scaled in proportion. Fenced, since a
 * leader that is behind would hand over what was refused meanwhile, or what somebody let go; the first write only, since between the two the
 * workload has no pods.
 */
const swapped: Part = (scene) => {
  const { o, view, run } = scene
  const canary = canarySet(scene)
  const stable = stableSet(scene)
  if (!canary) return waits(scene, { for: 'the new version to be seen', because: 'it is about to be handed over' })
  const actions = []
  if (!stable || stable.owner === 'workload')
    actions.push(...o.kind.take(view, run.from.set, ownerOf(o.rollout), 'the old version stays warm, out of the way of the hand-over'))
  if (canary.owner !== 'workload') {
    const because = 'the new version belongs to the workload now'
    actions.push(...o.kind.give(view, canary, { revision: nextRevision(scene, canary), forget: false, because }))
  }
  const behindFence = actions.map((action, at) => (at === 0 ? handsOver(action, view) : action))
  return waits(scene, { for: 'the hand-over to be seen', because: 'the workload takes the new version over' }, behindFence)
}

/** One more than any. A set out of the history was numbered so by the native controller when its template came back; and stable's may have been since it was noted. */
function nextRevision({ run, view }: Scene, { revision }: SetView): number {
  const stable = run.from.revision ?? 0
  const latest = Math.max(stable, view.revision)
  return revision >= latest && revision > stable ? revision : latest + 1
}

/**
 * Not before the native controller counts the new version's pods as its own: it sees workloads and sets by two watches, and let go too early it would make a second set.
 * The cheap way does not wait: two sets with pods in a workload that still stands would be scaled in proportion.
 */
const letGo: Part = (scene) => {
  const { o, view, run } = scene
  const canary = canarySet(scene)
  const actions = lettingGo(scene)
  // With the pausing gate nothing is let go, and what it counts is looked at afterwards.
  const awaited = actions.length > 0 || (o.gate === 'paused' && view.template === run.to.template)
  if (awaited && !cheap(scene) && view.replicas > 0 && canary && view.updated < canary.existing)
    return waits(scene, {
      for: `the native controller to see ReplicaSet ${canary.name} as its own`,
      because: 'let go earlier, it would make a second one',
    })
  return satisfied(scene, actions)
}

/** Not if its template changed meanwhile: that one is held, and judged like any other. */
function lettingGo({ o, view, run }: Scene): Action[] {
  if (o.gate === 'paused' || view.template !== run.to.template) return []
  return o.kind.letGo(view, 'the new version serves everything: the workload is an ordinary one again')
}

/**
 * In the moment between the two writes of a hand-over, or of its undoing, the native controller starts the newest version of the history. Beside a
 * template that is not the one that serves it would keep the two in proportion. What has a later revision somebody let go.
 */
const historyEmptied =
  (serving: (scene: Scene) => SetView | undefined): Part =>
  (scene) => {
    const { o, view } = scene
    const set = serving(scene)
    if (set?.owner !== 'workload' || !view.held) return satisfied(scene)
    const because = 'the native controller started it in the moment of a hand-over'
    const older = activeIn(view).filter(({ revision }) => revision < set.revision)
    return satisfied(
      scene,
      older.flatMap((one) => o.kind.resize(view, one, 0, because)),
    )
  }

/** What the native controller replaces it with serves as well, and the version before is not warm any more: the Service would send to it, too. */
const rootLetGo: Part = (scene) => {
  const { o, view, run } = scene
  const stable = stableSet(scene)
  const warm = run.mode !== 'Pods' && stable?.owner === 'rollout'
  const because = 'a newer template goes in natively'
  return satisfied(scene, [...(warm ? o.kind.resize(view, stable, 0, because) : []), ...unpinned(o.service)])
}

/** After the owners changed places: traffic goes the ordinary way again. */
const afterwards: Part = (scene) => {
  const { run } = scene
  return inOrder([
    letGo,
    cheap(scene)
      ? inOrder([natively, canaryServiceGone])
      : inOrder([
          historyEmptied(canarySet),
          replacedNatively(scene.view, run.to) ? rootLetGo : inOrder([rootPinned(() => run.to.hash), rootServes(run.to.set)]),
          routesHome,
          routesRestored,
        ]),
    baselineServiceGone,
    routesReleased,
  ])(scene)
}

/**
 * The cheap way: the native rolling update finishes. The route must be back on the root Service, which sends to both, before; and of the two sets
 * the new one may not be the larger, from which the native controller would take all that are too many.
 */
const handOverCheaply: Part = (scene) => {
  const { o, view } = scene
  return inOrder([
    ifBaseline(inOrder([withoutBaseline, drained, baselineGone])),
    armNotLarger(canaryArm, full),
    rootUnpinned,
    routesRestored,
    drained,
    canaryExists((at) => canarySize(at, at.run.weight.wanted)),
    (at) => {
      const canary = canarySet(at)
      if (!canary) return satisfied(at)
      const because = 'the native rolling update goes on from here'
      const given = o.kind.give(view, canary, { revision: nextRevision(at, canary), forget: false, because })
      const actions = given.map((action) => handsOver(action, view))
      return waits(at, { for: 'the hand-over to be seen', because: 'the native rolling update finishes' }, [...actions, ...lettingGo(at)])
    },
  ])(scene)
}

const natively: Part = (scene) =>
  scene.view.settled || scene.view.template !== scene.run.to.template
    ? satisfied(scene)
    : waits(scene, {
        for: `the native rolling update to finish (${scene.view.available} of ${pods(scene.view.replicas)})`,
        because: nativelyBecause,
      })

/** Long enough since the weights were last changed. */
const drained: Part = (scene) => {
  const { run, spec, now } = scene
  if (run.weight.since === undefined || run.weight.primed || run.mode === 'Pods') return satisfied(scene)
  const until = after(run.weight.confirmedAt ?? run.weight.since, spec.traffic.drain)
  return now >= until
    ? satisfied(scene)
    : waits(scene, { for: 'requests under way to finish', because: `pods without traffic are left alone for ${spec.traffic.drain}`, until })
}

/** People may want to look at what was refused. Not at a version that a newer one replaced, and not where its pods are in the Service as long as they live. */
const lookedAt: Part = (scene) => {
  const { run, spec, now } = scene
  const until = after(run.stageSince, spec.rollback.keepCanaryFor)
  if (run.outcome?.result === 'Superseded' || run.mode === 'Pods' || now >= until || !canarySet(scene)) return satisfied(scene)
  return waits(scene, {
    for: 'the refused version to be removed',
    because: `it is kept for ${spec.rollback.keepCanaryFor}, without traffic, for a look at it`,
    until,
  })
}

const hasPods = ({ wanted, existing }: SetView): boolean => wanted > 0 || existing > 0

const canaryGone: Part = (scene) => {
  const { o, view } = scene
  const set = canarySet(scene)
  if (set?.owner !== 'rollout') return satisfied(scene)
  const actions = o.kind.resize(view, set, 0, 'the refused version is removed')
  const { ready, terminating } = endpointsIn(set.name, o.slices.canary)
  if (hasPods(set) || ready + terminating > 0)
    return waits(scene, { for: 'the pods of the refused version to be gone', because: 'traffic has left them' }, actions)
  return satisfied(scene)
}

const canaryServiceGone: Part = (scene) => satisfied(scene, serviceGone(scene.o.canaryService, 'nothing sends to it any more'))
const baselineServiceGone: Part = (scene) => satisfied(scene, serviceGone(scene.o.baselineService, 'nothing sends to it any more'))

/**
 * Its set goes, too, and is no history of the workload: with that in between its two writes a hand-over would let the native controller
 * start it again. A retry makes it anew.
 */
const canarySetGone: Part = (scene) => {
  const set = canarySet(scene)
  if (set?.owner !== 'rollout') return satisfied(scene)
  return satisfied(scene, scene.o.kind.remove(scene.view, set, 'the refused version is no version to go back to'))
}

/** Only when asked for: whoever keeps the template elsewhere (Git) would write the refused one again. */
const templateReverted: Part = (scene) => {
  const { o, view, run, spec } = scene
  const stable = stableSet(scene)
  if (!spec.rollback.revertTemplate || run.outcome?.result === 'Superseded' || view.template !== run.to.template) return satisfied(scene)
  if (!stable) return waits(scene, { for: 'the stable version to be read', because: 'its template is written back' })
  return satisfied(scene, o.kind.writeTemplate(view, stable, 'the stable template is written back, as spec.rollback.revertTemplate says'))
}

/**
 * After an undo was stopped half-way the old switch comes back too. Once the pods of the new version are gone the Service may be let go already, and
 * stays so.
 */
const pinnedBack: Part = (scene) => {
  const { o, run } = scene
  const canary = canarySet(scene)
  if (run.mode !== 'Switch' || typeof o.service === 'string' || !canary) return satisfied(scene)
  if (!hasPods(canary) && pinnedTo(o.service) === undefined) return satisfied(scene)
  const back = inOrder([rootPinned(stableHash), rootServes(run.from.set)])(scene)
  if (back.wait || back.actions.length === 0) return back
  return waits(scene, { for: 'the Service to be seen on the stable version', because: 'it is unpinned as it is seen' }, back.actions)
}

/**
 * A hand-over that got half-way had taken it. Its second write may be on its way still, or have arrived unseen; and without it the native controller
 * may have started an older version, which gives way again: two of them would be scaled in proportion.
 */
const stableGivenBack: Part = (scene) => {
  const { o, view, run } = scene
  const stable = stableSet(scene)
  if (stable?.owner !== 'rollout' || run.trigger === 'Undo') return satisfied(scene)
  const because = 'the hand-over does not come about'
  // The look that turned the run round may not have asked for those that nobody labelled.
  if (!o.setsComplete) return waits(scene, { for: 'the sets of the workload to be read', because })
  const started = activeIn(view).filter(({ name }) => name !== run.to.set)
  const canary = canarySet(scene)
  const kept = canary && canary.owner !== 'another' ? o.kind.keep(view, canary, ownerOf(o.rollout), because) : []
  const given = o.kind.give(view, stable, { forget: false, because })
  return satisfied(scene, [...kept, ...givesWay(o, view, started, because), ...given.map(fenced)])
}

/** Weight, confirmation, drain, pods, in this order; then everything as it was. The workload stays held, with the refused template. */
export const rollingBack: Part = (scene) => {
  if (scene.run.outcome?.released) return givenUp(scene)
  return inOrder([
    stableGivenBack,
    historyEmptied(stableSet),
    scene.run.mode === 'Routes' ? inOrder([rootStaysPinned, asLittleAsPossible]) : pinnedBack,
    drained,
    baselineGone,
    lookedAt,
    canaryGone,
    routesRestored,
    canaryServiceGone,
    baselineServiceGone,
    rootUnpinned,
    routesReleased,
    canarySetGone,
    templateReverted,
  ])(scene)
}

/** The workload went on natively while nobody looked, and holds a newer template since: other pods of it serve, and a Service pinned to the stable version sends to none. */
export function nothingToGoBackTo({ o, view, run }: Scene): boolean {
  return run.stage === 'RollingBack' && o.setsComplete && view.noticed && view.available > 0 && vanished(view, run.from)
}

/**
 * Somebody let the workload go natively: its own pods must get the traffic at once, so the pin goes first; the native controller has a set of its own.
 * Until that one has as many pods, those of the run serve behind the Service, too. The run ends before: it may never have them, and what is left
 * goes like any set that no run is of.
 */
const givenUp: Part = inOrder([
  rootUnpinned,
  routesRestored,
  canaryServiceGone,
  baselineServiceGone,
  routesReleased,
  baselineRemoved,
  (scene) => {
    const { o, view } = scene
    const set = canarySet(scene)
    if (set?.owner !== 'rollout' || view.available < Math.min(set.available, view.replicas)) return satisfied(scene)
    return satisfied(scene, o.kind.remove(view, set, 'the native controller runs this version itself'))
  },
  (scene) => satisfied(scene, scene.o.kind.clearRelease(scene.view)),
])
