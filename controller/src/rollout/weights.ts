import { iso } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import { sharesOf } from '../traffic/backendRefs.ts'
import { pods } from '../workload/deployment.ts'
import { type Action, fencedPatch } from './actions.ts'
import { canarySize } from './canary.ts'
import type { RouteView } from './observed.ts'
import { stableEnough } from './replicas.ts'
import { baselineServiceOf, canaryServiceOf, endpointsIn, held, isHeld } from './routing.ts'
import {
  after,
  type Bare,
  canarySet,
  fails,
  inOrder,
  instant,
  type Move,
  type Part,
  type Scene,
  satisfied,
  type Wait,
  waits,
} from './scene.ts'

/** What to do when the data plane says no, or nothing in time: a run on its way out goes on all the same. */
type Refusal = 'fail' | 'goOn'

/** The routes give the new version this share and the fresh baseline its own, the data plane confirmed it, and it had time to settle. */
export function routesShow(weight: number, refusal: Refusal): Part {
  return inOrder([(scene: Scene) => told(scene, weight, baselineIn(scene, weight)), confirmed(refusal)])
}

/** Without a router the pods are the weight: the share is what their number comes to, also when a step sets it or the workload is scaled. */
export function sharedByPods(percent: number): Part {
  return (scene) => {
    const { run, now, view } = scene
    const size = percent === 0 && run.size === undefined ? 0 : (canarySet(scene)?.wanted ?? canarySize(scene, percent))
    const actual = size === 0 ? 0 : Math.round((100 * size) / (view.replicas + size))
    if (run.weight.wanted === percent && run.weight.actual === actual) return satisfied(scene)
    return satisfied({ ...scene, run: { ...run, weight: { wanted: percent, actual, since: iso(now), confirmedAt: iso(now) } } })
  }
}

/**
 * The share that the new version has stays: where nobody holds the routes, whoever applies their manifests takes it away; and who gave it more may
 * have died before it was noted, and the steps been edited since.
 */
export const weightsStay: Part = (scene) => {
  const { run } = scene
  if (run.mode === 'Pods') return sharedByPods(run.weight.wanted)(scene)
  return run.mode === 'Routes' && givenAtMost(scene) > 0 ? routesShow(run.weight.wanted, 'fail')(scene) : satisfied(scene)
}

/** The share of the new version stays; that of the fresh baseline is the root's again. */
export const withoutBaseline: Part = inOrder([(scene: Scene) => told(scene, scene.run.weight.wanted, {}), confirmed('fail')])

/** It has its place in the routes as long as its Service exists, and its share as long as that has endpoints: else requests would fail. */
function baselineIn({ o, run, spec }: Scene, weight: number): { baseline?: string } {
  if (!run.baseline || !o.baselineService) return {}
  const baseline = baselineServiceOf(spec)
  const idle = sharesOf({ weight, baseline }).baseline === 0
  return idle || endpointsIn(run.baseline.set, o.slices.baseline).ready > 0 ? { baseline } : {}
}

/**
 * The routes name the new version with weight 0, long before it gets traffic: some gateways learn of routes and of what they point at by separate
 * ways, and would answer the first requests with an error.
 */
export const routesPrimed: Part = (scene) => {
  const { o, run, now } = scene
  if (o.routes === 'unread' || run.weight.since !== undefined || run.trigger === 'Undo') return satisfied(scene)
  const baseline = run.baseline && !run.fast ? { baseline: baselineServiceOf(scene.spec) } : {}
  const actions = o.routes.flatMap((route) =>
    patchOf(scene, route, 0, baseline, `${route.kind} ${route.name} names the new version, with weight 0`),
  )
  return satisfied({ ...scene, run: { ...run, weight: { ...run.weight, since: iso(now), primed: true } } }, actions)
}

/**
 * The routes give everything to the root Service, and still name the new version's own, before they get their own rules back: a gateway that is told
 * both at once may forget the one before it knows the other.
 */
export const routesHome: Part = (scene) => {
  const { o, run, spec, now } = scene
  if (o.routes === 'unread') return satisfied(scene)
  const because = ({ kind, name }: RouteView) => `${kind} ${name} gives everything to Service ${spec.service} again`
  const actions = o.routes.flatMap((route) => (shownBy(scene, route) > 0 ? patchOf(scene, route, 0, {}, because(route)) : []))
  // Told by one that died before it could note so: from now on counts.
  if (actions.length === 0 && (run.weight.primed || run.weight.restored)) return satisfied(scene)
  const early = tooEarly(scene)
  if (actions.length > 0 && early) return waits(scene, early)
  return waits({ ...scene, run: { ...run, weight: { ...run.weight, since: iso(now), primed: true } } }, justTold, actions)
}

/** Percent that a route gives the new version at this moment, rounded up. */
function shownBy(scene: Scene, route: RouteView): number {
  const { run, spec } = scene
  const { object, router } = route
  if (!object || !router) return 0
  const rules = rulesOf(scene, route)
  const baseline = run.baseline ? { baseline: baselineServiceOf(spec) } : {}
  const shares = { root: spec.service ?? '', canary: canaryServiceOf(spec), ...baseline, ...(rules ? { rules } : {}) }
  return Math.ceil(router.weightOf(object, shares) ?? 0)
}

/** The most that any route gives the new version at this moment. */
function shownAtMost(scene: Scene): number {
  const { routes } = scene.o
  return routes === 'unread' ? 0 : Math.max(0, ...routes.map((route) => shownBy(scene, route)))
}

/** The most that the new version gets at this moment: a weight may have been written by one that died, or heard no answer, before it could note so. */
export const givenAtMost = (scene: Scene): number => Math.max(scene.run.weight.wanted, shownAtMost(scene))

/**
 * The share of the new version is no more than the routes show: where nobody holds them, whoever applies their manifests takes it away, and it is not
 * given again while pods are missing. Nor where somebody deleted them.
 */
export const shareSeen: Part = (scene) => {
  const { o, run, now } = scene
  const { wanted, actual } = run.weight
  const shown = o.routes === 'unread' ? wanted : shownAtMost(scene)
  if (run.mode !== 'Routes' || shown >= Math.min(wanted, actual)) return satisfied(scene)
  return satisfied({ ...scene, run: { ...run, weight: { ...run.weight, actual: shown, confirmedAt: iso(now) } } })
}

/**
 * What the routes give is noted before anything is waited for, as if it had been given now: whoever gave it died before the note, or heard no answer, and
 * the write may arrive when the step waits for pods again.
 */
export const shareNoted: Part = (scene) => {
  const { run, now } = scene
  const given = givenAtMost(scene)
  if (run.mode !== 'Routes' || given <= run.weight.wanted) return satisfied(scene)
  return waits({ ...scene, run: { ...run, weight: givenNow(run.weight, given, now) } }, justTold)
}

/** The patches that make a route show that weight, if any are needed. One that nobody holds is held first: the split fails, however late it comes, where it is not. */
function patchOf(scene: Scene, route: RouteView, weight: number, baseline: { baseline?: string }, because: string): Action[] {
  const { o, run, spec } = scene
  const original = originalOf(scene, route)
  if (!route.object || !route.router || original === undefined) return []
  const rules = rulesOf(scene, route)
  const split = {
    root: spec.service ?? '',
    canary: canaryServiceOf(spec),
    ...baseline,
    weight,
    runId: String(run.id),
    rollout: o.rollout.metadata.name,
  }
  const { object = route.object, actions } = held(scene, route)
  const ops = route.router.split(object, original, { ...split, ...(rules ? { rules } : {}) })
  return [...actions, ...fencedPatch(object, ops, because)]
}

function told(scene: Scene, weight: number, baseline: { baseline?: string }): Move {
  const { o, run, now } = scene
  if (o.routes === 'unread') return satisfied(scene)
  const actions = o.routes.flatMap((route) => {
    const original = originalOf(scene, route)
    // The route's own rules name no canary: they are weight 0 as well, so what was restored at the end of a rollback stays so.
    if (weight === 0 && route.object && route.router?.restore(route.object, original).length === 0) return []
    return patchOf(scene, route, weight, baseline, `${weight} % of ${route.kind} ${route.name} goes to the new version`)
  })
  if (actions.length === 0 && run.weight.wanted === weight) return satisfied(scene)
  const early = tooEarly(scene)
  if (early) return waits(scene, early)
  return waits({ ...scene, run: { ...run, weight: givenNow(run.weight, weight, now) } }, justTold, actions)
}

const givenNow = (known: Run['weight'], wanted: number, now: Instant): Run['weight'] => ({
  ...known,
  wanted,
  since: iso(now),
  confirmedAt: undefined,
  restored: undefined,
  primed: undefined,
})

/** What the gateway says now is about the rules before: it is asked again when the write is seen. */
const justTold: Wait = { for: 'the gateway to see the new rules', because: 'they were just written' }

/** What the next change of weights has to wait for, if it may not be made now. */
function tooEarly({ run, spec, now }: Bare): Wait | undefined {
  if (run.weight.since === undefined) return undefined
  const until = after(run.weight.since, spec.traffic.verify.settle)
  return now < until
    ? { for: 'the last change of weights to settle', because: 'some gateways lose changes that follow each other too closely', until }
    : undefined
}

function confirmed(refusal: Refusal): (scene: Bare) => Move {
  return (scene) => {
    const { o, run, spec, now } = scene
    if (o.routes === 'unread' || run.weight.since === undefined) return satisfied(scene)
    const told = run.weight.since
    if (run.weight.confirmedAt === undefined) {
      const verdicts = o.routes.flatMap((route) =>
        route.object && route.router ? [{ route, said: route.router.verified(route.object) }] : [],
      )
      for (const { route, said } of verdicts)
        if (said.state === 'refused' && refusal === 'fail' && instant(told) < now)
          return fails(scene, `the gateway refuses ${route.kind} ${route.name}: ${said.because}`)
      const open = verdicts.find(({ said }) => said.state === 'no')
      const until = after(told, spec.traffic.verify.timeout)
      if (open && now < until)
        return waits(scene, {
          for: `the gateway of ${open.route.kind} ${open.route.name} to confirm ${run.weight.wanted} %`,
          because: 'a weight counts when the data plane says that it obeys',
          until,
        })
      if (open && refusal === 'fail')
        return fails(
          scene,
          `the gateway of ${open.route.kind} ${open.route.name} did not confirm its weights within ${spec.traffic.verify.timeout}`,
        )
    }
    // Somebody may have taken from it since: then it is less than wanted.
    const { confirmedAt = iso(now) } = run.weight
    const weight = { ...run.weight, actual: run.weight.confirmedAt ? run.weight.actual : run.weight.wanted, confirmedAt }
    const next = { ...scene, run: { ...run, weight } }
    const settled = after(weight.confirmedAt, spec.traffic.verify.settle)
    if (now < settled)
      return waits(next, { for: `${weight.wanted} % to settle`, because: 'some gateways report before they obey', until: settled })
    return satisfied(next)
  }
}

/** The routes' own rules are back, and had time to settle. */
export const routesRestored = inOrder<Bare>([
  (scene) => {
    const { o, run, now } = scene
    if (o.routes === 'unread') return satisfied(scene)
    const actions = o.routes.flatMap((route) => {
      const original = originalOf(scene, route)
      if (!route.object || !route.router || original === undefined || !isHeld(route.object)) return []
      return fencedPatch(route.object, route.router.restore(route.object, original), `${route.kind} ${route.name} gets its own rules back`)
    })
    if (actions.length === 0 && (run.weight.since === undefined || run.weight.restored)) return satisfied(scene)
    const next = { ...scene, run: { ...run, weight: { ...run.weight, since: iso(now), confirmedAt: undefined, restored: true } } }
    // Restored by one that died before it could note so: from now on counts.
    if (actions.length === 0) return satisfied(next)
    const early = tooEarly(scene)
    if (early) return waits(scene, early)
    return waits(next, justTold, actions)
  },
  confirmed('goOn'),
])

/** The routes do not carry our labels any more: they are everybody's again. */
export const routesReleased: Part = (scene) => satisfied(scene, released(scene.o.routes))

export function released(routes: RouteView[] | 'unread'): Action[] {
  if (routes === 'unread') return []
  return routes.flatMap((route) => {
    if (!route.object || !route.router) return []
    return fencedPatch(route.object, route.router.release(route.object), `${route.kind} ${route.name} is not held any more`)
  })
}

/** As little as stable can carry the rest of goes to the new version; 0 when stable has its pods. A new version without pods gets nothing back that somebody took from it. */
export const asLittleAsPossible: Part = inOrder([shareNoted, lessened])

function lessened(scene: Scene): Move {
  const { view, run, o } = scene
  const given = endpointsIn(run.to.set, o.slices.canary).ready > 0 ? givenAtMost(scene) : shownAtMost(scene)
  if (given === 0 && (run.weight.since === undefined || run.weight.primed)) return satisfied(scene)
  const enough = (weight: number) =>
    stableEnough({ total: view.replicas, available: view.available, weight: 100 - sharesOf({ weight, ...baselineIn(scene, weight) }).root })
  let weight = given
  while (weight > 0 && enough(weight - 1)) weight--
  const move = routesShow(weight, 'goOn')(scene)
  if (weight === 0 || move.wait) return move
  return {
    ...move,
    wait: {
      for: `stable to have its ${pods(view.replicas)} back (${view.available} are available)`,
      because: 'traffic goes back only as fast as stable can carry it',
    },
  }
}

function originalOf({ run }: Bare, route: RouteView): unknown {
  return run.originals.routes.find(({ kind, name }) => kind === route.kind && name === route.name)?.original
}

function rulesOf({ spec }: Scene, route: RouteView): string[] | undefined {
  return spec.traffic.routes.find(({ kind, name }) => kind === route.kind && name === route.name)?.rules
}
