import { milliseconds } from '../api/fields.ts'
import type { Run } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { endpointsOf } from '../traffic/endpoints.ts'
import { same } from '../traffic/patch.ts'
import { markOps, refusedByAnnotation } from '../traffic/runLabels.ts'
import { canaryService, canaryServiceName, pin, selectorOf, unpin } from '../traffic/services.ts'
import { pods } from '../workload/deployment.ts'
import { runLabel } from '../workload/view.ts'
import { type Action, refOf } from './actions.ts'
import { ownerOf, type RouteView } from './observed.ts'
import { stableEnough } from './replicas.ts'
import { after, canarySet, fails, inOrder, instant, iso, type Move, type Part, type Scene, satisfied, type Wait, waits } from './scene.ts'

/** Name of the Service that shows the new version only. */
export function canaryServiceOf({ service, blueGreen }: Scene['spec']): string {
  return blueGreen?.previewService ?? canaryServiceName(service ?? '', 'canary')
}

/** A run with a root Service pins it: callers past the gateway stay on one version, and the weights are the whole truth. */
const pins = ({ run }: Scene): boolean => run.mode !== 'Pods'

/** What nobody holds yet may have been edited since the run was put on paper: then that is the original. */
export const originalsCurrent: Part = (scene) => {
  const { o, run } = scene
  const selector = typeof o.service === 'string' || isHeld(o.service) ? run.originals.selector : selectorOf(o.service)
  const routes = run.originals.routes.map((known) => {
    const route = o.routes === 'unread' ? undefined : o.routes.find(({ kind, name }) => kind === known.kind && name === known.name)
    return route?.object && route.router && !isHeld(route.object) ? { ...known, original: route.router.originalOf(route.object) } : known
  })
  const originals = { ...(selector ? { selector } : {}), routes }
  if (same(originals, run.originals)) return satisfied(scene)
  return waits(
    { ...scene, run: { ...run, originals } },
    { for: 'what was edited just now to be taken in', because: 'a run puts back what it found' },
  )
}

const isHeld = ({ metadata }: KubeObject): boolean => metadata.labels?.[runLabel] !== undefined

/** The root Service sends to this version only, and nobody else changes that. */
export function rootPinned(hash: (scene: Scene) => string): Part {
  return (scene) => {
    const { o, run } = scene
    if (!pins(scene)) return satisfied(scene)
    const service = o.service
    if (service === 'unread') return waits(scene, { for: 'the Service to be read', because: 'it is pinned first' })
    if (service === 'missing') return fails(scene, `Service ${scene.spec.service} is gone`)
    const ops = pin(service, hash(scene), String(run.id), o.rollout.metadata.name)
    const done: Action[] =
      ops.length === 0
        ? []
        : [{ verb: 'patch', target: refOf(service), ops, because: `Service ${service.metadata.name} stays on version ${hash(scene)}` }]
    return satisfied(scene, done)
  }
}

/** The Service's own selector is back and our labels are gone. */
export const rootUnpinned: Part = (scene) => satisfied(scene, unpinned(scene.o.service, scene.run.originals.selector))

export function unpinned(service: KubeObject | 'missing' | 'unread', selector: Record<string, string> | undefined): Action[] {
  if (typeof service === 'string' || selector === undefined) return []
  const ops = unpin(service, selector)
  return ops.length === 0
    ? []
    : [{ verb: 'patch', target: refOf(service), ops, because: `Service ${service.metadata.name} is as it was before the run` }]
}

/** The new version has a Service of its own. */
export const canaryServiceExists: Part = (scene) => {
  const { o, run, spec } = scene
  if (!pins(scene) || run.trigger === 'Undo' || o.canaryService || typeof o.service === 'string') return satisfied(scene)
  const object = canaryService({
    root: o.service,
    name: canaryServiceOf(spec),
    hash: run.to.hash,
    rollout: ownerOf(o.rollout),
    runId: String(run.id),
  })
  return satisfied(scene, [{ verb: 'create', object, because: 'the new version gets a Service of its own' }])
}

/** The routes carry our labels: from here their rules are held as they were when the run began. */
export const routesHeld: Part = (scene) => {
  const { o, run } = scene
  if (o.routes === 'unread') return satisfied(scene)
  const missing = o.routes.find((route) => !route.object)
  if (missing) return fails(scene, `${missing.kind} ${missing.name} is gone`)
  const actions = o.routes.flatMap((route): Action[] => {
    const { object, router } = route
    if (!object || !router) return []
    const ops = markOps(object, { runId: String(run.id), rollout: o.rollout.metadata.name })
    if (ops.length === 0) return []
    const unchanged = { op: 'test' as const, path: '/metadata/resourceVersion', value: object.metadata.resourceVersion }
    return [
      {
        verb: 'patch',
        target: refOf(object),
        ops: [unchanged, ...ops],
        because: `the rules of ${route.kind} ${route.name} are held until the run is over`,
      },
    ]
  })
  return satisfied({ ...scene, run: withDiscarded(run, o.routes) }, actions)
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
  if (!pins(scene) || !scene.o.canaryService) return satisfied(scene)
  const set = canarySet(scene)
  const { ready } = endpointsOf(scene.o.slices.canary)
  if (ready > 0 || !set) return satisfied(scene)
  return waits(scene, {
    for: `ready endpoints of Service ${scene.o.canaryService.metadata.name}`,
    because: 'a weight without endpoints would answer 503',
  })
}

/** What to do when the data plane says no, or nothing in time: a run on its way out goes on all the same. */
type Refusal = 'fail' | 'goOn'

/** The routes give the new version this share, the data plane confirmed it, and it had time to settle. */
export function routesShow(weight: number, refusal: Refusal): Part {
  return inOrder([(scene) => told(scene, weight), confirmed(refusal)])
}

function told(scene: Scene, weight: number): Move {
  const { o, run, spec, now } = scene
  if (o.routes === 'unread') return satisfied(scene)
  const root = spec.service ?? ''
  const wanted = { root, canary: canaryServiceOf(spec), weight, runId: String(run.id), rollout: o.rollout.metadata.name }
  const actions = o.routes.flatMap((route) => {
    const original = originalOf(scene, route)
    if (!route.object || !route.router || original === undefined) return []
    // The route's own rules name no canary: they are weight 0 as well, so what was restored at the end of a rollback stays so.
    if (weight === 0 && route.router.restore(route.object, original).length === 0) return []
    const ops = route.router.split(route.object, original, { ...wanted, rules: rulesOf(scene, route) })
    return ops.length === 0
      ? []
      : [
          {
            verb: 'patch' as const,
            target: refOf(route.object),
            ops,
            because: `${weight} % of ${route.kind} ${route.name} goes to the new version`,
          },
        ]
  })
  if (actions.length === 0 && run.weight.wanted === weight) return satisfied(scene)
  const early = settling(scene)
  if (early !== undefined)
    return waits(scene, {
      for: 'the last change of weights to settle',
      because: 'some gateways lose changes that follow each other too closely',
      until: early,
    })
  const next = {
    ...scene,
    run: { ...run, weight: { ...run.weight, wanted: weight, since: iso(now), confirmedAt: undefined, restored: undefined } },
  }
  return waits(next, justTold, actions)
}

/** What the gateway says now is about the rules before: it is asked again when the write is seen. */
const justTold: Wait = { for: 'the gateway to see the new rules', because: 'they were just written' }

/** When the next change of weights may be made, if not now. */
function settling({ run, spec, now }: Scene): number | undefined {
  if (run.weight.since === undefined) return undefined
  const until = instant(run.weight.since) + milliseconds(spec.traffic.verify.settle)
  return now < until ? until : undefined
}

function confirmed(refusal: Refusal): Part {
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
    const weight = { ...run.weight, actual: run.weight.wanted, confirmedAt: run.weight.confirmedAt ?? iso(now) }
    const next = { ...scene, run: { ...run, weight } }
    const settled = after(weight.confirmedAt, spec.traffic.verify.settle)
    if (now < settled)
      return waits(next, { for: `${weight.wanted} % to settle`, because: 'some gateways report before they obey', until: settled })
    return satisfied(next)
  }
}

/** The routes' own rules are back, and had time to settle. */
export const routesRestored: Part = inOrder([
  (scene) => {
    const { o, run, now } = scene
    if (o.routes === 'unread') return satisfied(scene)
    const actions = o.routes.flatMap((route) => {
      const original = originalOf(scene, route)
      if (!route.object || !route.router || original === undefined || route.object.metadata.labels?.[runLabel] === undefined) return []
      const ops = route.router.restore(route.object, original)
      return ops.length === 0
        ? []
        : [{ verb: 'patch' as const, target: refOf(route.object), ops, because: `${route.kind} ${route.name} gets its own rules back` }]
    })
    if (actions.length === 0 && (run.weight.since === undefined || run.weight.restored)) return satisfied(scene)
    const next = { ...scene, run: { ...run, weight: { ...run.weight, since: iso(now), confirmedAt: undefined, restored: true } } }
    // Restored by one that died before it could note so: from now on counts.
    if (actions.length === 0) return satisfied(next)
    const early = settling(scene)
    if (early !== undefined)
      return waits(scene, {
        for: 'the last change of weights to settle',
        because: 'some gateways lose changes that follow each other too closely',
        until: early,
      })
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
    const ops = route.router.release(route.object)
    return ops.length === 0
      ? []
      : [{ verb: 'patch' as const, target: refOf(route.object), ops, because: `${route.kind} ${route.name} is not held any more` }]
  })
}

/** As little as stable can carry the rest of goes to the new version; 0 when stable has its pods. */
export const asLittleAsPossible: Part = (scene) => {
  const { view, run } = scene
  if (run.weight.wanted === 0 && run.weight.since === undefined) return satisfied(scene)
  const enough = (weight: number) => stableEnough({ total: view.replicas, available: view.available, weight })
  if (enough(0)) return routesShow(0, 'goOn')(scene)
  let weight = run.weight.wanted
  while (weight > 0 && enough(weight - 1)) weight--
  const move = routesShow(weight, 'goOn')(scene)
  if (move.wait) return move
  return {
    ...move,
    wait: {
      for: `stable to have its ${pods(view.replicas)} back (${view.available} are available)`,
      because: 'traffic goes back only as fast as stable can carry it',
    },
  }
}

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

/** The root Service's ready endpoints are pods of that set. */
export function rootServes(set: string): Part {
  return (scene) => {
    if (!pins(scene) || scene.view.replicas === 0) return satisfied(scene)
    const { ready, podNames } = endpointsOf(scene.o.slices.root)
    if (ready > 0 && podNames.every((pod) => pod.startsWith(podPrefix(set)))) return satisfied(scene)
    return waits(scene, {
      for: `the endpoints of Service ${scene.spec.service} to be those of ${set}`,
      because: 'the endpoints follow the selector a moment later',
    })
  }
}

/** Pods are named after their set; generated names keep 58 letters of it. */
const podPrefix = (set: string): string => `${set}-`.slice(0, 58)

function originalOf({ run }: Scene, route: RouteView): unknown {
  return run.originals.routes.find(({ kind, name }) => kind === route.kind && name === route.name)?.original
}

function rulesOf({ spec }: Scene, route: RouteView): string[] | undefined {
  return spec.traffic.routes.find(({ kind, name }) => kind === route.kind && name === route.name)?.rules
}
