import { admit } from '../admission/admission.ts'
import type { Obj } from '../types.ts'
import type { Call, Core } from './core.ts'
import type { ServedKind } from './kind.ts'

export interface Admission {
  operation: 'CREATE' | 'UPDATE' | 'DELETE'
  kind: ServedKind
  subresource?: string
  namespace?: string
  name: string
  object?: Obj
  oldObject?: Obj
  /** Defaulting and validation, run after the mutating policies and before the validating ones. */
  finish(object: Obj): Obj
}

const group = 'admissionregistration.k8s.io'

/**
 * Runs the stored admission policies over one write and gives back the object to store. Policies do not apply to policies,
 * so that a bad one can be removed. Throws ApiError for what a policy denies.
 */
export function admitted(core: Core, call: Call, request: Admission): Obj | undefined {
  const { kind, object, finish, operation, subresource, namespace, name, oldObject } = request
  const policies = policiesOf(core)
  const exempt = kind.group === group || (policies.mutating.length === 0 && policies.validating.length === 0)
  if (exempt) return object && finish(object)
  const namespaceObject = namespace ? core.store.get('namespaces', undefined, namespace) : undefined
  const result = admit({
    operation,
    resource: { group: kind.group, version: kind.version, resource: kind.plural },
    kind: { group: kind.group, version: kind.version, kind: kind.kind },
    subresource,
    namespace,
    name,
    user: call.user,
    object,
    oldObject,
    dryRun: call.dryRun,
    policies,
    authorize: core.authorize,
    namespaceObject,
    schema: kind.schema(),
    finish,
  })
  call.warnings.push(...result.warnings)
  return result.object
}

function policiesOf(core: Core) {
  const list = (plural: string): Obj[] => core.store.list(`${plural}.${group}`)
  return {
    mutating: list('mutatingadmissionpolicies'),
    mutatingBindings: list('mutatingadmissionpolicybindings'),
    validating: list('validatingadmissionpolicies'),
    validatingBindings: list('validatingadmissionpolicybindings'),
  }
}
