import { iso } from '../api/fields.ts'
import type { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus, Run, Version } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import type { Router } from '../traffic/router.ts'
import { refusesService } from '../traffic/serviceRefusals.ts'
import { hashLabel, type SetView, type WorkloadView } from '../workload/view.ts'
import { unusable } from './analyses.ts'
import { baselineFor } from './baseline.ts'
import { promotedBefore } from './history.ts'
import type { Observed } from './observed.ts'
import { baselineServiceOf, canaryServiceOf, isHeld } from './routing.ts'
import { stepsOf } from './steps/planned.ts'

/** What stands in the way of any run. */
export interface Problem {
  reason: 'ServiceMissing' | 'ServiceUnfit' | 'RouteMissing' | 'RouterCannot' | 'NeverTwo' | 'AnalysisUnfit'
  message: string
}

/** Looks at what a run would need, before anything moves; only at what was read. */
export function problemOf(o: Observed, view: WorkloadView): Problem | undefined {
  const { service, allowOverlap } = o.rollout.spec
  if (view.neverTwo && !allowOverlap)
    return {
      reason: 'NeverTwo',
      message: `${o.kind.kind} ${view.ref.name} has strategy Recreate, which says that two versions must never run at once; set spec.allowOverlap: true if they may`,
    }
  const unfitAnalysis = unusable(o)
  if (unfitAnalysis !== undefined) return { reason: 'AnalysisUnfit', message: unfitAnalysis }
  const fresh = o.rollout.spec.canary?.baseline === 'fresh'
  if (fresh && o.rollout.spec.traffic.routes.length === 0)
    return {
      reason: 'RouterCannot',
      message: 'spec.canary.baseline: fresh needs spec.traffic.routes: only routes give the fresh pods the same share as the canary',
    }
  if (service !== undefined && o.service === 'missing')
    return { reason: 'ServiceMissing', message: `Service ${service} does not exist in namespace ${view.ref.namespace}` }
  if (typeof o.service !== 'string') {
    const unfit = refusesService(o.service, { routed: o.rollout.spec.traffic.routes.length > 0 })
    if (unfit) return { reason: 'ServiceUnfit', message: unfit }
    const stranger = unmatched(o.service.spec as { selector?: Record<string, string> }, view)
    if (stranger)
      return { reason: 'ServiceUnfit', message: `Service ${service} selects ${stranger}, which the pods of ${view.ref.name} do not have` }
  }
  const [obstacle] = o.obstacles
  if (obstacle !== undefined) return { reason: 'ServiceUnfit', message: obstacle }
  if (o.routes === 'unread') return undefined
  for (const { kind, name, object, router } of o.routes) {
    if (!router)
      return { reason: 'RouterCannot', message: `the cluster serves no kind ${kind}: install the Gateway API, or remove the route` }
    if (!object) return { reason: 'RouteMissing', message: `${kind} ${name} does not exist in namespace ${view.ref.namespace}` }
    const { rules } = o.rollout.spec.traffic.routes.find((route) => route.kind === kind && route.name === name) ?? {}
    const cannot = router.refuses(object, service ?? '', { rules, ...(fresh ? { baseline: baselineServiceOf(o.rollout.spec) } : {}) })
    if (cannot) return { reason: 'RouterCannot', message: cannot }
    const own = ownShare(o.rollout.spec, { object, router, rules })
    if (own) return { reason: 'RouterCannot', message: `${kind} ${name} ${own}` }
  }
  return undefined
}

/** A share that the route gives the new version by itself, as one does that was written down in mid-run: a run would put it back at its end, and take it away, for ever. */
function ownShare(
  spec: RolloutSpec,
  { object, router, rules }: { object: KubeObject; router: Router; rules: readonly string[] | undefined },
): string | undefined {
  if (isHeld(object)) return undefined
  const canary = canaryServiceOf(spec)
  const services = { root: spec.service ?? '', canary, baseline: baselineServiceOf(spec) }
  const share = Math.ceil(router.weightOf(object, { ...services, ...(rules ? { rules } : {}) }) ?? 0)
  return share > 0 ? `gives ${share} % to Service ${canary}, and only a run does that: apply it without` : undefined
}

/** The first label a Service asks for that the workload's pods lack. Our own pin does not count. */
function unmatched({ selector = {} }: { selector?: Record<string, string> }, view: WorkloadView): string | undefined {
  const labels = (view.object.spec as { template: { metadata?: { labels?: Record<string, string> } } }).template.metadata?.labels ?? {}
  const missing = Object.entries(selector).find(([key, value]) => key !== hashLabel && labels[key] !== value)
  return missing && `${missing[0]}=${missing[1]}`
}

/** A new run, on paper: what it replaces, what it brings, how it moves traffic, and how everything was before. */
export function newRun(o: Observed, view: WorkloadView, status: RolloutStatus, trigger: Run['trigger'], now: Instant): Run {
  const { spec } = o.rollout
  if (!status.stable) throw new Error('a run needs a stable version to begin from')
  const { since: _, workload: __, ...from } = status.stable
  const undo = trigger === 'Undo' ? status.kept : undefined
  const found = undo ? undefined : oldestEqual(view, status)
  const fast = undo !== undefined || (spec.rollback.fast && promotedBefore(status, view.template, spec.rollback.window))
  const run: Run = {
    id: status.lastRun + 1,
    startedAt: iso(now),
    trigger,
    from,
    to: undo ? undo.version : versionOf(view, found),
    mode: undo ? (undo.routed ? 'Switch' : 'Pods') : modeOf(o),
    reuse: found !== undefined,
    fast,
    spec: spec as unknown as Record<string, unknown>,
    originals: { routes: undo ? [] : originals(o) },
    stage: 'Starting',
    stageSince: iso(now),
    steps: stepsOf(spec).length,
    weight: { wanted: 0, actual: 0 },
    discarded: [],
    shifts: [],
  }
  const baseline = baselineFor(run, view.sets)
  return baseline ? { ...run, baseline } : run
}

function modeOf({ rollout: { spec } }: Observed): Run['mode'] {
  if (spec.traffic.routes.length > 0) return 'Routes'
  return spec.blueGreen ? 'Switch' : 'Pods'
}

/** A set of an equal template is used, not doubled: the native controller would take the oldest at the hand-over, and restart every pod of the other. */
function oldestEqual(view: WorkloadView, status: RolloutStatus): SetView | undefined {
  return view.sets
    .filter((set) => set.template === view.template && set.name !== status.stable?.set && set.owner !== 'another')
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))[0]
}

function versionOf(view: WorkloadView, found: SetView | undefined): Version {
  const hash = found?.hash || view.template
  return { hash, template: view.template, set: found?.name ?? `${view.ref.name}-${hash}`, images: view.images }
}

function originals({ routes }: Observed): Run['originals']['routes'] {
  if (routes === 'unread') return []
  return routes.flatMap(({ object, router, kind, name, apiVersion }) =>
    object && router ? [{ apiVersion, kind, name, original: router.originalOf(object) }] : [],
  )
}
