import { type Cause, child, invalid, keyed, required, unsupported } from '../objects/causes.ts'
import type { JsonMap } from '../objects/json.ts'
import { policyDialect } from './policyDialect.ts'

/** What a real API server refuses in a policy or a binding of admissionregistration.k8s.io/v1: missing parts, expressions that do not compile. */
export function policyProblems({ kind, spec = {} }: JsonMap): Cause[] {
  switch (kind) {
    case 'MutatingAdmissionPolicy':
      return [...policyCauses(spec), ...mutationCauses(spec)]
    case 'ValidatingAdmissionPolicy':
      return [...policyCauses(spec), ...validationCauses(spec)]
    case 'MutatingAdmissionPolicyBinding':
      return spec.policyName ? [] : [required('spec.policyName')]
    case 'ValidatingAdmissionPolicyBinding':
      return bindingCauses(spec)
    default:
      return []
  }
}

/** What the results of mutations are called. */
const shown: Record<string, string> = { map: 'Object', list: 'list(JSONPatch)' }

function expressionCauses(expression: string | undefined, path: string, types: readonly string[]): Cause[] {
  if (!expression?.trim()) return [required(path, 'expression is not specified')]
  const compiled = policyDialect.compile(expression)
  if (!compiled.ok) return [invalid(path, expression, compiled.message)]
  const { type } = compiled.program
  if (types.length === 0 || type.startsWith('dyn') || types.some((one) => type.startsWith(one))) return []
  return [invalid(path, expression, `must evaluate to ${shown[types[0] ?? ''] ?? types[0]} but got ${type}`)]
}

function policyCauses(spec: JsonMap): Cause[] {
  const causes: Cause[] = []
  if (!spec.matchConstraints) causes.push(required('spec.matchConstraints'))
  else if (!spec.matchConstraints.resourceRules?.length) causes.push(required('spec.matchConstraints.resourceRules'))
  if (!['Fail', 'Ignore'].includes(spec.failurePolicy ?? 'Fail'))
    causes.push(unsupported('spec.failurePolicy', spec.failurePolicy, ['Fail', 'Ignore']))
  const names = new Set<string>()
  for (const [i, condition] of (spec.matchConditions ?? []).entries()) {
    const path = keyed('spec.matchConditions', i)
    if (!condition.name) causes.push(required(child(path, 'name')))
    causes.push(...expressionCauses(condition.expression, child(path, 'expression'), ['bool']))
  }
  for (const [i, variable] of (spec.variables ?? []).entries()) {
    const path = keyed('spec.variables', i)
    if (!variable.name) causes.push(required(child(path, 'name'), 'name is not specified'))
    else if (!/^[A-Za-z_]\w*$/.test(variable.name))
      causes.push(invalid(child(path, 'name'), variable.name, 'name is not a valid CEL identifier'))
    causes.push(...expressionCauses(variable.expression, child(path, 'expression'), []))
    causes.push(...unknownVariables(variable.expression, names, child(path, 'expression')))
    names.add(variable.name)
  }
  return causes
}

/** A variable may name those before it only, and everything else those that are there. */
function unknownVariables(expression: string | undefined, names: ReadonlySet<string>, path: string): Cause[] {
  const used = [...(expression ?? '').matchAll(/\bvariables\.([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
  return used.filter((name) => !names.has(name)).map((name) => invalid(path, expression, `compilation failed: undefined field '${name}'`))
}

const variableNames = (spec: JsonMap): Set<string> => new Set((spec.variables ?? []).map(({ name }: JsonMap) => name))

function mutationCauses(spec: JsonMap): Cause[] {
  const causes: Cause[] = []
  const policies = ['IfNeeded', 'Never']
  if (!spec.reinvocationPolicy) causes.push(required('spec.reinvocationPolicy'))
  else if (!policies.includes(spec.reinvocationPolicy))
    causes.push(unsupported('spec.reinvocationPolicy', spec.reinvocationPolicy, policies))
  if (!spec.mutations?.length) causes.push(required('spec.mutations', 'mutations must contain at least one item'))
  for (const [i, mutation] of (spec.mutations ?? []).entries()) {
    const path = keyed('spec.mutations', i)
    const apply = mutation.patchType === 'ApplyConfiguration'
    if (!apply && mutation.patchType !== 'JSONPatch') {
      causes.push(unsupported(child(path, 'patchType'), mutation.patchType ?? '', ['ApplyConfiguration', 'JSONPatch']))
      continue
    }
    const part = apply ? 'applyConfiguration' : 'jsonPatch'
    if (!mutation[part]) {
      causes.push(required(child(path, part), `must be specified when patchType is ${mutation.patchType}`))
      continue
    }
    const at = child(path, `${part}.expression`)
    causes.push(...expressionCauses(mutation[part].expression, at, apply ? ['map'] : ['list']))
    causes.push(...unknownVariables(mutation[part].expression, variableNames(spec), at))
  }
  return causes
}

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized']

function validationCauses(spec: JsonMap): Cause[] {
  const causes: Cause[] = []
  if (!spec.validations?.length && !spec.auditAnnotations?.length) {
    causes.push(required('spec.validations', 'validations or auditAnnotations must contain at least one item'))
  }
  for (const [i, validation] of (spec.validations ?? []).entries()) {
    const path = keyed('spec.validations', i)
    causes.push(...expressionCauses(validation.expression, child(path, 'expression'), ['bool']))
    causes.push(...unknownVariables(validation.expression, variableNames(spec), child(path, 'expression')))
    if (validation.messageExpression)
      causes.push(...expressionCauses(validation.messageExpression, child(path, 'messageExpression'), ['string']))
    if (validation.reason && !reasons.includes(validation.reason))
      causes.push(unsupported(child(path, 'reason'), validation.reason, reasons))
  }
  return causes
}

const actions = ['Audit', 'Deny', 'Warn']

function bindingCauses(spec: JsonMap): Cause[] {
  const causes: Cause[] = spec.policyName ? [] : [required('spec.policyName')]
  const path = 'spec.validationActions'
  const given: string[] = spec.validationActions ?? []
  if (given.length === 0) causes.push(required(path, 'at least one validation action is required'))
  for (const [i, action] of given.entries()) if (!actions.includes(action)) causes.push(unsupported(keyed(path, i), action, actions))
  if (given.includes('Deny') && given.includes('Warn'))
    causes.push(
      invalid(
        path,
        given,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    )
  return causes
}
