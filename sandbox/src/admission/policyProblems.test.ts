import { expect, it } from 'vitest'
import type { JsonMap } from '../objects/json.ts'
import { policyProblems } from './policyProblems.ts'

const matchConstraints = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }] }
const complaints = (kind: string, spec: JsonMap) => policyProblems({ kind, spec }).map(({ field, message }) => `${field}: ${message}`)

it('refuses expressions that do not compile or give the wrong type', () => {
  const validations = [{ expression: 'foo.bar' }, { expression: '1' }, { expression: 'variables.nope == 1' }, { expression: '' }]
  expect(complaints('ValidatingAdmissionPolicy', { matchConstraints, validations })).toEqual([
    `spec.validations[0].expression: Invalid value: "foo.bar": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo.bar\n | ^`,
    'spec.validations[1].expression: Invalid value: "1": must evaluate to bool but got int',
    `spec.validations[2].expression: Invalid value: "variables.nope == 1": compilation failed: undefined field 'nope'`,
    'spec.validations[3].expression: Required value: expression is not specified',
  ])
})

it('refuses mutations without a type, an expression or a reinvocation policy', () => {
  const mutations = [
    { patchType: 'JSONPatch', jsonPatch: { expression: '1' } },
    { patchType: 'ApplyConfiguration' },
    { patchType: 'Merge' },
  ]
  expect(complaints('MutatingAdmissionPolicy', { matchConstraints, mutations })).toEqual([
    'spec.reinvocationPolicy: Required value',
    'spec.mutations[0].jsonPatch.expression: Invalid value: "1": must evaluate to list(JSONPatch) but got int',
    'spec.mutations[1].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration',
    'spec.mutations[2].patchType: Unsupported value: "Merge": supported values: "ApplyConfiguration", "JSONPatch"',
  ])
})

it('lets a variable use only those before it', () => {
  const variables = [
    { name: 'a', expression: 'variables.b' },
    { name: 'b', expression: 'variables.a' },
  ]
  const fields = policyProblems({
    kind: 'ValidatingAdmissionPolicy',
    spec: { matchConstraints, variables, validations: [{ expression: 'true' }] },
  })
  expect(fields.map(({ field }) => field)).toEqual(['spec.variables[0].expression'])
})

it('wants a binding to name its policy and its actions', () => {
  expect(complaints('MutatingAdmissionPolicyBinding', {})).toEqual(['spec.policyName: Required value'])
  expect(complaints('ValidatingAdmissionPolicyBinding', { policyName: 'p', validationActions: ['Deny', 'Shout'] })).toEqual([
    'spec.validationActions[1]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"',
  ])
})
