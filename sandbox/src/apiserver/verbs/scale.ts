import type { Obj } from '../../types.ts'
import type { Call, Core } from '../core.ts'
import { badRequest, conflict, invalid, staleObject } from '../errors.ts'
import { at, isRecord, withAt } from '../json.ts'
import type { ScalePaths, ServedKind } from '../kind.ts'
import { viewed } from '../views.ts'
import { stored } from './access.ts'
import { type Patch, patchedJson } from './patch.ts'
import { replaced, type Target } from './update.ts'

/** The autoscaling/v1 Scale of an object. */
export function scaleOf(paths: ScalePaths, object: Obj): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = paths.selector && selectorText(at(object, paths.selector))
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: at(object, paths.replicas) ? { replicas: at(object, paths.replicas) } : {},
    status: { replicas: at(object, paths.statusReplicas) ?? 0, ...(selector ? { selector } : {}) },
  }
}

/** Sets spec.replicas as a Scale that was put or patched says; gives back the new Scale. Throws ApiError. */
export function scaled(core: Core, kind: ServedKind, paths: ScalePaths, target: Target, change: Patch | { put: unknown }, call: Call) {
  const live = viewed(kind, stored(core, kind, target.namespace, target.name))
  const scale = scaleOf(paths, live)
  const next = 'put' in change ? change.put : patchedJson({ schema: () => undefined }, scale, change)
  const replicas = replicasOf(kind, target.name, next)
  const { resourceVersion } = isRecord(next) && isRecord(next.metadata) ? next.metadata : {}
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw conflict(kind, target.name, staleObject)
  return scaleOf(paths, replaced(core, kind, live, withAt(live, paths.replicas, replicas), call, 'scale', 'Update'))
}

function replicasOf(kind: ServedKind, name: string, scale: unknown): number {
  const given = at(scale, ['spec', 'replicas']) ?? 0
  const { kind: givenKind, apiVersion } = isRecord(scale) ? scale : {}
  if (givenKind !== 'Scale') {
    const why = `no kind "${String(givenKind)}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:111"`
    throw badRequest(`${String(givenKind)} in version "v1" cannot be handled as a Scale: ${why}`)
  }
  if (typeof given !== 'number' || !Number.isInteger(given)) {
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: spec.replicas is not an integer: ${JSON.stringify(given)}`)
  }
  if (given < 0) {
    const message = `Invalid value: ${given}: must be greater than or equal to 0`
    throw invalid({ ...kind, group: 'autoscaling', kind: 'Scale' }, name, [
      { field: 'spec.replicas', reason: 'FieldValueInvalid', message },
    ])
  }
  return given
}

/** A LabelSelector in the query syntax; a string is in it already. */
export function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  if (!isRecord(selector)) return ''
  const labels = isRecord(selector.matchLabels) ? Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${String(value)}`) : []
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions.map(expressionText) : []
  return [...labels, ...expressions].sort().join(',')
}

function expressionText(expression: { key: string; operator: string; values?: string[] }): string {
  const values = `(${(expression.values ?? []).join(',')})`
  switch (expression.operator) {
    case 'In':
      return `${expression.key} in ${values}`
    case 'NotIn':
      return `${expression.key} notin ${values}`
    case 'DoesNotExist':
      return `!${expression.key}`
    default:
      return expression.key
  }
}
