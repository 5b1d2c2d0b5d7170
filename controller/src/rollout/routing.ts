import { iso, milliseconds } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { type Endpoints, endpointsOf } from '../traffic/endpoints.ts'
import { same } from '../traffic/patch.ts'
import { marked, markOps, refusedByAnnotation } from '../traffic/runLabels.ts'
import { canaryService, canaryServiceName, pin, unpin } from '../traffic/services.ts'
import { podPattern, podPrefix } from '../workload/podNames.ts'
import { runLabel } from '../workload/view.ts'
import { type Action, fencedPatch, refOf } from './actions.ts'
import { type Observed, ownerOf, type RouteView } from './observed.ts'
import { canarySet, fails, handedOver, instant, type Move, type Part, type Scene, satisfied, type Wait, waits } from './scene.ts'

/** Name of the Service that shows the new version only. */
export function canaryServiceOf({ service, blueGreen }: Scene['spec']): string {
  return blueGreen?.previewService ?? canaryServiceName(service ?? '', 'canary')
}

/** Name of the Service that shows the fresh pods of the old version only. */
export function baselineServiceOf({ service }: Scene['spec']): string {
  return canaryServiceName(service ?? '', 'baseline')
}

/** A run with a root Service pins it: callers past the gateway stay on one version, and the weights are the whole truth. */
const pins = ({ run }: Scene): boolean => run.mode !== 'Pods'

/** What nobody holds yet may have been edited since the run was put on paper, or made anew, by other rules, at any moment of it: then that is the original. */
export const originalsCurrent: Part = (scene) => {
  const { o, run } = scene
  const routes = run.originals.routes.map((known) => {
    const route = o.routes === 'unread' ? undefined : o.routes.find(({ kind, name }) => kind === known.kind && name === known.name)
    return route?.object && route.router && !isHeld(route.object) ? { ...known, original: route.router.originalOf(route.object) } : known
  })
  if (same(routes, run.originals.routes)) return satisfied(scene)
  return waits(
    { ...scene, run: { ...run, originals: { routes } } },
    { for: 'what was edited just now to be taken in', because: 'a run puts back what it found' },
  )
}

export const isHeld = ({ metadata }: KubeObject): boolean => metadata.labels?.[runLabel] !== undefined

/** The root Service sends to this version only, and nobody else changes that. */
export function rootPinned(hash: (scene: Scene) => string): Part {
  return (scene) => {
    const { o, run } = scene
    if (!pins(scene)) return satisfied(scene)
    const service = o.service
    if (service === 'unread') return waits(scene, { for: 'the Service to be read', because: 'it is pinned first' })
    if (service === 'missing') return absent(scene, 'Service', scene.spec.service ?? '')
    const ops = pin(service, hash(scene), String(run.id), o.rollout.metadata.name)
    return satisfied(scene, fencedPatch(service, ops, `Service ${service.metadata.name} stays on version ${hash(scene)}`))
  }
}

/**
 * Somebody deleted what callers come by. Tools that replace an object delete it first, so it may be back at once: no reason to refuse a version that
 * serves well. It is not ours to make; nobody tells when it comes, so it is looked for. After the hand-over there is nothing to go back to.
 */
function absent(scene: Scene, kind: string, name: string): Move {
  const { run, spec, now } = scene
  const because = `${kind} ${name} was deleted: callers come by it`
  const until = (run.waiting?.because === because ? instant(run.waiting.since) : now) + milliseconds(spec.progressDeadline)
  if (now < until) return waits(scene, { for: `${kind} ${name} to be made again`, because, until, lookAt: now + lookAgainMs })
  return handedOver(scene) ? satisfied(scene) : fails(scene, `${kind} ${name} is gone`)
}

/** What is made again is not pinned: until then callers come to the new version by it. */
const lookAgainMs = 1_000

/** The Service's own selector is back and our labels are gone. */
export const rootUnpinned: Part = (scene) => satisfied(scene, unpinned(scene.o.service))

export function unpinned(service: KubeObject | 'missing' | 'unread'): Action[] {
  if (typeof service === 'string') return []
  return fencedPatch(service, unpin(service), `Service ${service.metadata.name} is as it was before the run`)
}

/** A Service that a run made goes. */
export function serviceGone(service: KubeObject | undefined, because: string): Action[] {
  return service ? [{ verb: 'delete', target: refOf(service), uid: service.metadata.uid ?? '', because, fenced: true }] : []
}

/** All that runs made go. */
export const servicesGone = (
  { canaryService, baselineService }: Pick<Observed, 'canaryService' | 'baselineService'>,
  because: string,
): Action[] => [canaryService, baselineService].flatMap((service) => serviceGone(service, because))

/** The new version has a Service of its own. */
export const canaryServiceExists: Part = (scene) => {
  const { o, run, spec } = scene
  if (!pins(scene) || run.trigger === 'Undo') return satisfied(scene)
  const because = 'the new version gets a Service of its own'
  return satisfied(scene, shows(scene, o.canaryService, { name: canaryServiceOf(spec), hash: run.to.hash, because }))
}

/** The fresh baseline has a Service of its own. */
export const baselineServiceExists: Part = (scene) => {
  const { o, run, spec } = scene
  if (!run.baseline || run.fast) return satisfied(scene)
  const because = 'the fresh pods of the old version get a Service of their own'
  return satisfied(scene, shows(scene, o.baselineService, { name: baselineServiceOf(spec), hash: run.baseline.hash, because }))
}

/** A Service that shows one version only: made for this run, or left by an earlier one, whose version it does not show any longer. */
function shows(
  { o, run }: Scene,
  there: KubeObject | undefined,
  { name, hash, because }: { name: string; hash: string; because: string },
): Action[] {
  const runId = String(run.id)
  if (there) return fencedPatch(there, pin(there, hash, runId, o.rollout.metadata.name), because)
  if (typeof o.service === 'string') return []
  return [{ verb: 'create', object: canaryService({ root: o.service, name, hash, rollout: ownerOf(o.rollout), runId }), because }]
}

/** What of a set stands behind a Service: one that an earlier run left shows other pods until its endpoints have followed, and in an undo to its end. */
export function endpointsIn(set: string, slices: readonly KubeObject[]): Endpoints {
  const pods = new RegExp(`^${podPattern(set)}$`)
  return endpointsOf(slices, (pod) => pods.test(pod))
}

/** The routes carry our labels: from here their rules are held as they were when the run began. */
export const routesHeld: Part = (scene) => {
  const { o, run } = scene
  if (o.routes === 'unread') return satisfied(scene)
  const missing = o.routes.find((route) => !route.object)
  if (missing) return absent(scene, missing.kind, missing.name)
  return satisfied(
    { ...scene, run: withDiscarded(run, o.routes) },
    o.routes.flatMap((route) => held(scene, route).actions),
  )
}

/** The route as it is while this run holds it, and what makes it so: a patch of its own, before any of its rules. Later than the run it does no harm. */
export function held({ o, run }: Scene, { kind, name, object, router }: RouteView): { object: KubeObject | undefined; actions: Action[] } {
  if (!object || !router) return { object, actions: [] }
  const holder = { runId: String(run.id), rollout: o.rollout.metadata.name }
  const ops = markOps(object, holder)
  if (ops.length === 0) return { object, actions: [] }
  const unchanged = { op: 'test' as const, path: '/metadata/resourceVersion', value: object.metadata.resourceVersion }
  const because = `the rules of ${kind} ${name} are held until the run is over`
  return { object: marked(object, holder), actions: fencedPatch(object, [unchanged, ...ops], because) }
}

/** Edits of held rules are discarded by the policy, which marks the route with who made them. The mark stays to the end: whoever applies the same again changes nothing. */
function withDiscarded(run: Run, routes: RouteView[]): Run {
  const found = routes.flatMap(({ kind, name, object }) => {
    const who = object?.metadata.annotations?.[refusedByAnnotation]
    return who === undefined
      ? []
      : [`${kind} ${name}: the rules that ${who} wrote were discarded, because a run holds them; apply them again when it is over`]
  })
  const added = found.filter((sentence) => !run.discarded.includes(sentence))
  return added.length === 0 ? run : { ...run, discarded: [...run.discarded, ...added].slice(-20) }
}

/** The new version's Service has ready endpoints: without them its share of the requests would fail. */
export const canaryReachable: Part = (scene) => {
  const { o, run, spec } = scene
  if (!pins(scene) || run.trigger === 'Undo' || !canarySet(scene)) return satisfied(scene)
  if (o.canaryService && endpointsIn(run.to.set, o.slices.canary).ready > 0) return satisfied(scene)
  return waits(scene, endpointsFor(canaryServiceOf(spec)))
}

/** So has that of the fresh baseline, where the run has one. */
export const baselineReachable: Part = (scene) => {
  const { o, run, spec } = scene
  if (!run.baseline || run.fast) return satisfied(scene)
  if (o.baselineService && endpointsIn(run.baseline.set, o.slices.baseline).ready > 0) return satisfied(scene)
  return waits(scene, endpointsFor(baselineServiceOf(spec)))
}

const endpointsFor = (service: string): Wait => ({
  for: `ready endpoints of Service ${service}`,
  because: 'a weight without endpoints would answer 503',
})

/** The switch of blue/green and of an undo: the root Service sends to the new version, and its endpoints show it. */
export const switched: Part = (scene) => {
  const { run, now } = scene
  const pinned = rootPinned(() => run.to.hash)(scene)
  if (pinned.failed !== undefined || pinned.wait) return pinned
  const begun =
    run.weight.wanted === 100 ? run : { ...run, weight: { ...run.weight, wanted: 100, since: iso(now), confirmedAt: undefined } }
  if (pinned.actions.length > 0)
    return {
      run: begun,
      actions: pinned.actions,
      wait: { for: 'the endpoints of the new version', because: 'the Service was just switched' },
    }
  const move = rootServes(scene.run.to.set)({ ...scene, run: begun })
  if (move.wait) return move
  return { ...move, run: { ...begun, weight: { ...begun.weight, actual: 100, confirmedAt: begun.weight.confirmedAt ?? iso(now) } } }
}

/** The root Service's ready endpoints are pods of that set; none, when none of them is available: nothing would be gained by waiting, and a mended version may come. */
export function rootServes(set: string): Part {
  return (scene) => {
    if (!pins(scene) || scene.view.replicas === 0 || scene.o.service === 'missing') return satisfied(scene)
    const { ready, podNames } = endpointsOf(scene.o.slices.root)
    const known = scene.view.sets.find(({ name }) => name === set)
    const available = known ? known.available : scene.view.available
    if ((ready > 0 || available === 0) && podNames.every((pod) => pod.startsWith(podPrefix(set)))) return satisfied(scene)
    return waits(scene, {
      for: `the endpoints of Service ${scene.spec.service} to be those of ${set}`,
      because: 'the endpoints follow the selector a moment later',
    })
  }
}
