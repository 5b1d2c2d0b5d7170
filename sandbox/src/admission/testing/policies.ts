import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { defaultBuiltin } from '../../objects/builtin.ts'
import type { Obj, User } from '../../types.ts'
import type { Policies } from '../request.ts'

/** The user that the policies let through. */
export const controller: User = {
  username: 'system:serviceaccount:serin:serin',
  groups: ['system:serviceaccounts', 'system:authenticated'],
}
export const jane: User = { username: 'jane', groups: ['developers', 'system:authenticated'], uid: '7' }

/** The policies of testing/policies.yaml, defaulted as the server stores them. */
export function heldPolicies(): Policies {
  const text = readFileSync(new URL('policies.yaml', import.meta.url), 'utf8')
  const objects = parseAllDocuments(text).flatMap((document) => {
    const value: Partial<Obj> | null = document.toJS()
    return value ? [defaultBuiltin(value) as Obj] : []
  })
  const of = (kind: string) => objects.filter((object) => object.kind === kind)
  return {
    mutating: of('MutatingAdmissionPolicy'),
    mutatingBindings: of('MutatingAdmissionPolicyBinding'),
    validating: of('ValidatingAdmissionPolicy'),
    validatingBindings: of('ValidatingAdmissionPolicyBinding'),
  }
}

/** Policies made in a test: each with a binding of its own for everything. */
export function policiesOf(parts: { mutating?: object[]; validating?: object[]; actions?: string[] }): Policies {
  const match = { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] }
  const made = (kind: string, specs: object[] = []) =>
    specs.map(
      (spec, i) =>
        ({ kind, metadata: { name: `p${i}` }, spec: { matchConstraints: match, failurePolicy: 'Fail', ...spec } }) as unknown as Obj,
    )
  const bound = (policies: readonly Obj[], more: object = {}) =>
    policies.map(
      ({ metadata }) => ({ metadata: { name: `b-${metadata.name}` }, spec: { policyName: metadata.name, ...more } }) as unknown as Obj,
    )
  const mutating = made('MutatingAdmissionPolicy', parts.mutating)
  const validating = made('ValidatingAdmissionPolicy', parts.validating)
  return {
    mutating,
    mutatingBindings: bound(mutating),
    validating,
    validatingBindings: bound(validating, { validationActions: parts.actions ?? ['Deny'] }),
  }
}
