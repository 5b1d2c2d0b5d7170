import type { Variables } from '../objects/cel.ts'
import type { JsonMap } from '../objects/json.ts'
import { ApiError, type Obj } from '../types.ts'
import { matchesConditions, matchesResources } from './match.ts'
import { evaluate, policyVariables } from './policyDialect.ts'
import type { AdmissionRequest } from './request.ts'

interface Denial {
  message: string
  reason: string
}

const codes: Record<string, number> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }

/** The longest message that an expression may make. */
const maxMessageBytes = 5 * 1024

/**
 * Puts the object before every validating policy. Throws ApiError with the first denial of a binding that says Deny; gives back the
 * warnings of those that say Warn.
 */
export function validated(request: AdmissionRequest, fixed: () => Variables, object: Obj | undefined): string[] {
  const { validating, validatingBindings } = request.policies
  const warnings: string[] = []
  const denials: (Denial & { text: string })[] = []
  for (const policy of validating) {
    if (!matchesResources(policy.spec.matchConstraints, request)) continue
    for (const binding of validatingBindings) {
      if (binding.spec.policyName !== policy.metadata.name || !matchesResources(binding.spec.matchResources, request)) continue
      const who = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`
      for (const denial of denialsOf(policy, fixed(), object)) {
        const actions: string[] = binding.spec.validationActions ?? []
        if (actions.includes('Deny')) denials.push({ ...denial, text: `${who} denied request: ${denial.message}` })
        if (actions.includes('Warn')) warnings.push(`Validation failed for ${who}: ${denial.message}`)
      }
    }
  }
  const [first] = denials
  if (first) throw refusal(request, object, first)
  return warnings
}

function refusal(
  { resource, name }: AdmissionRequest,
  object: Obj | undefined,
  { text, reason }: { text: string; reason: string },
): ApiError {
  const qualified = resource.group ? `${resource.resource}.${resource.group}` : resource.resource
  const who = name || object?.metadata.name || object?.metadata.generateName || 'Unknown'
  const details = { name: who, ...(resource.group && { group: resource.group }), kind: resource.resource, causes: [{ message: text }] }
  return new ApiError(codes[reason] ?? 422, reason, `${qualified} "${who}" is forbidden: ${text}`, details)
}

function denialsOf(policy: Obj, fixed: Variables, object: Obj | undefined): Denial[] {
  const failed = (message: string): Denial[] => (policy.spec.failurePolicy === 'Ignore' ? [] : [{ message, reason: 'Invalid' }])
  const match = matchesConditions(policy, fixed, object)
  if ('error' in match) return failed(match.error)
  if (!match.matches) return []
  const scope = policyVariables(policy, fixed, object)
  return (policy.spec.validations ?? []).flatMap((validation: JsonMap) => {
    try {
      if (evaluate(validation.expression, scope) === true) return []
      return [{ message: messageOf(validation, scope), reason: validation.reason ?? 'Invalid' }]
    } catch (error) {
      return failed((error as Error).message)
    }
  })
}

/** The message that the expression makes; else the fixed one; else the expression that failed. */
function messageOf({ expression, message, messageExpression }: JsonMap, scope: Variables): string {
  if (messageExpression) {
    try {
      const made = evaluate(messageExpression, scope)
      const text = typeof made === 'string' ? made.trim() : ''
      if (text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= maxMessageBytes) return text
    } catch {
      // A message that cannot be made never hides that the request was denied.
    }
  }
  return message?.trim() || `failed expression: ${expression.trim()}`
}
