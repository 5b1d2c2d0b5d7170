import type { KubeObject } from '../kube/types.ts'
import { isObject } from './patch.ts'
import type { Verified } from './router.ts'

interface ParentRef {
  group?: string
  kind?: string
  namespace?: string
  name: string
  sectionName?: string
  port?: number
}

interface Condition {
  type: string
  status: string
  observedGeneration?: number
  reason?: string
  message?: string
}

interface ParentStatus {
  parentRef: ParentRef
  controllerName?: string
  conditions: Condition[]
}

/**
 * Reads a Gateway API route's status. `yes`: every parent that the spec names says Accepted and ResolvedRefs at the current generation.
 * `refused`: one of them says no to it, or took only a part. `unknown`: none of them reports anything, or only conditions that do not say which generation they mean.
 * Parents that the spec does not name any more are ignored.
 */
export function verifiedByConditions(route: KubeObject): Verified {
  const spec = isObject(route.spec) ? route.spec : {}
  const status = isObject(route.status) ? route.status : {}
  const wanted = (Array.isArray(spec.parentRefs) ? spec.parentRefs : []) as ParentRef[]
  const reported = ((Array.isArray(status.parents) ? status.parents : []) as ParentStatus[]).filter((parent) =>
    wanted.some((ref) => sameParent(ref, parent.parentRef, route.metadata.namespace)),
  )
  if (reported.length === 0) return { state: 'unknown' }

  const generation = route.metadata.generation ?? 0
  const verdicts = reported.map((parent) => verdictOf(parent, generation))
  const silent = wanted.find((ref) => !reported.some((parent) => sameParent(ref, parent.parentRef, route.metadata.namespace)))
  if (silent) verdicts.push({ state: 'no', because: `${nameOf(silent)} has not reported on the route` })
  return (
    verdicts.find((verdict) => verdict.state === 'refused') ??
    verdicts.find((verdict) => verdict.state === 'no') ??
    verdicts.find((verdict) => verdict.state === 'unknown') ?? { state: 'yes' }
  )
}

function verdictOf(parent: ParentStatus, generation: number): Verified {
  const who = nameOf(parent.parentRef)
  const conditions = parent.conditions ?? []
  const current = conditions.filter((condition) => (condition.observedGeneration ?? generation) >= generation)
  const bad = current.find(
    ({ type, status }) =>
      ((type === 'Accepted' || type === 'ResolvedRefs') && status === 'False') || (type === 'PartiallyInvalid' && status === 'True'),
  )
  if (bad) return { state: 'refused', because: `${who} says ${bad.type}=${bad.status}${reasonOf(bad)}` }
  for (const type of ['Accepted', 'ResolvedRefs']) {
    const condition = conditions.find((one) => one.type === type)
    if (!condition) return { state: 'no', because: `${who} has not said ${type} yet` }
    if (!current.includes(condition)) {
      return { state: 'no', because: `${who} said ${type} of generation ${condition.observedGeneration}, the route is at ${generation}` }
    }
    if (condition.status !== 'True') return { state: 'no', because: `${who} says ${type}=${condition.status}${reasonOf(condition)}` }
    if (condition.observedGeneration === undefined) return { state: 'unknown' }
  }
  return { state: 'yes' }
}

function reasonOf({ reason, message }: Condition): string {
  const words = [reason, message].filter(Boolean).join(': ')
  return words ? ` (${words})` : ''
}

function nameOf(ref: ParentRef): string {
  const section = ref.sectionName === undefined ? '' : `/${ref.sectionName}`
  return `${ref.kind ?? 'Gateway'} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}${section}`
}

/** Controllers may write out in status what the spec left to its defaults. */
function sameParent(a: ParentRef, b: ParentRef, namespace: string | undefined): boolean {
  return (
    a.name === b.name &&
    (a.group ?? 'gateway.networking.k8s.io') === (b.group ?? 'gateway.networking.k8s.io') &&
    (a.kind ?? 'Gateway') === (b.kind ?? 'Gateway') &&
    (a.namespace ?? namespace) === (b.namespace ?? namespace) &&
    (a.sectionName ?? '') === (b.sectionName ?? '') &&
    a.port === b.port
  )
}
