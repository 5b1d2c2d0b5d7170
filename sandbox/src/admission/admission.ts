import { builtinSchema } from '../objects/builtin.ts'
import type { Variables } from '../objects/cel.ts'
import type { Obj } from '../types.ts'
import { mutated } from './mutation.ts'
import { fixedVariables } from './policyDialect.ts'
import type { AdmissionRequest } from './request.ts'
import { validated } from './validation.ts'

export interface AdmissionInput extends AdmissionRequest {
  /** The server's own defaulting and validation; runs between the mutating and the validating policies. */
  finish?: (object: Obj) => Obj
}

export interface Admitted {
  /** What shall be stored; undefined for a delete. */
  object: Obj | undefined
  warnings: string[]
}

/**
 * Runs the stored admission policies over one write: mutating ones, `finish`, validating ones. The object given in is not changed.
 * Throws ApiError for what a policy denies, and for a policy that fails and does not say Ignore.
 */
export function admit({ finish, ...request }: AdmissionInput): Admitted {
  const one = request.object ?? request.oldObject
  const { group, version } = request.resource
  const kind = request.kind ?? { group, version, kind: one?.kind ?? '' }
  const schema = request.schema ?? (one && builtinSchema(one.apiVersion, one.kind))
  const full: AdmissionRequest = { ...request, kind, schema, dryRun: request.dryRun ?? false }
  let known: Variables | undefined
  // Most writes meet no policy: nothing is worked out for those.
  const fixed = () => {
    known ??= fixedVariables(full)
    return known
  }
  const changed = request.operation === 'DELETE' ? undefined : mutated(full, fixed)
  const object = changed && finish ? finish(changed) : changed
  return { object, warnings: validated(full, fixed, object) }
}
