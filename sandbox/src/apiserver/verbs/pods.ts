import { matchesSelector } from '../../objects/selectors.ts'
import { ApiError, type Obj } from '../../types.ts'
import type { Call, Core } from '../core.ts'
import { badRequest, conflict, invalid } from '../errors.ts'
import { isRecord } from '../json.ts'
import type { ServedKind } from '../kind.ts'
import { stored } from './access.ts'
import { deleted, deletionOf } from './delete.ts'
import type { Target } from './update.ts'

/** Removes a pod unless a PodDisruptionBudget forbids it. Throws ApiError 429 then. */
export function evicted(core: Core, kind: ServedKind, target: Target, body: unknown, call: Call): void {
  if (!isRecord(body)) throw badRequest('the object provided is unrecognized (must be of type Eviction)')
  const pod = stored(core, kind, target.namespace, target.name)
  const budgets = core.store
    .list('poddisruptionbudgets.policy', target.namespace)
    .filter((budget) => budget.spec?.selector && matchesSelector(budget.spec.selector, pod.metadata.labels ?? {}))
  const ready = pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp
  for (const budget of ready ? budgets : []) {
    const allowed = budget.status?.disruptionsAllowed ?? 0
    if (allowed <= 0) {
      const message = `The disruption budget ${budget.metadata.name} needs ${budget.status?.desiredHealthy ?? 0} healthy pods and has ${budget.status?.currentHealthy ?? 0} currently`
      throw new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
        causes: [{ reason: 'DisruptionBudget', message }],
      })
    }
    if (!call.dryRun) {
      core.store.put('poddisruptionbudgets.policy', { ...budget, status: { ...budget.status, disruptionsAllowed: allowed - 1 } })
    }
  }
  const options = deletionOf(isRecord(body.deleteOptions) ? body.deleteOptions : undefined, new URLSearchParams())
  deleted(core, kind, target, options, { ...call, dryRun: call.dryRun || options.dryRun })
}

/** Puts a pod on a node, once. Throws ApiError 409 when it is on one. */
export function bound(core: Core, kind: ServedKind, target: Target, body: unknown, call: Call): void {
  const node = isRecord(body) && isRecord(body.target) ? body.target.name : undefined
  if (typeof node !== 'string' || node === '') {
    throw invalid({ ...kind, kind: 'Binding' }, target.name, [
      { field: 'target.name', reason: 'FieldValueRequired', message: 'Required value' },
    ])
  }
  const pod = stored(core, kind, target.namespace, target.name)
  if (pod.spec?.nodeName)
    throw conflict(
      { ...kind, plural: 'pods/binding' },
      target.name,
      `pod ${target.name} is already assigned to node "${pod.spec.nodeName}"`,
    )
  const next: Obj = { ...pod, spec: { ...pod.spec, nodeName: node } }
  if (!call.dryRun) core.store.put(kind.bucket, next)
}
