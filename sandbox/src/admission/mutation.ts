import { fromCel, type Variables } from '../objects/cel.ts'
import { equal, isMap, type JsonMap } from '../objects/json.ts'
import { applyOperations, PatchFailure } from '../objects/patch.ts'
import { pruned } from '../objects/prune.ts'
import type { Schema } from '../objects/schema.ts'
import { fieldSchema, isAtomicMap, listKind, objectSchema } from '../objects/schemaWalk.ts'
import { merged } from '../objects/typedValue.ts'
import { ApiError, type Obj } from '../types.ts'
import { matchesConditions, matchesResources } from './match.ts'
import { evaluate, policyVariables } from './policyDialect.ts'
import type { AdmissionRequest } from './request.ts'

interface Invocation {
  policy: Obj
  binding: Obj
}

const keyOf = ({ policy, binding }: Invocation): string => `${policy.metadata.name} ${binding.metadata.name}`

/** Every mutating policy with each of its bindings that takes in the request. */
function invocationsOf(request: AdmissionRequest): Invocation[] {
  const { mutating, mutatingBindings } = request.policies
  return mutating
    .filter((policy) => matchesResources(policy.spec.matchConstraints, request))
    .flatMap((policy) =>
      mutatingBindings
        .filter(({ spec }) => spec.policyName === policy.metadata.name && matchesResources(spec.matchResources, request))
        .map((binding) => ({ policy, binding })),
    )
}

/**
 * The object after all mutating policies: each once in order, then once more those that ask for it (reinvocationPolicy IfNeeded)
 * and were followed by a change. A policy whose conditions did not hold the first time is not invoked again.
 * Throws ApiError when a policy fails and its failurePolicy says so.
 */
export function mutated(request: AdmissionRequest, fixedVariables: () => Variables): Obj | undefined {
  const invocations = invocationsOf(request)
  if (invocations.length === 0 || !request.object) return request.object
  const fixed = fixedVariables()
  const schema = request.schema && objectSchema(request.schema)
  let object: Obj = request.object
  const failures: string[] = []
  const reinvocable = new Set<string>()
  const again = new Set<string>()

  const invoke = (invocation: Invocation): boolean => {
    const { policy, binding } = invocation
    const denied = (why: string) => {
      if (policy.spec.failurePolicy === 'Ignore') return
      failures.push(`policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${why}`)
    }
    const match = matchesConditions(policy, fixed, object)
    if ('error' in match) denied(match.error)
    if ('error' in match || !match.matches) return false
    const before = object
    for (const mutation of policy.spec.mutations ?? []) {
      try {
        object = mutateOnce(mutation, policyVariables(policy, fixed, object), object, schema)
      } catch (error) {
        denied((error as Error).message)
      }
    }
    if (!equal(before, object)) for (const key of reinvocable) again.add(key)
    return true
  }

  for (const invocation of invocations) {
    const ran = invoke(invocation)
    if (ran && invocation.policy.spec.reinvocationPolicy === 'IfNeeded') reinvocable.add(keyOf(invocation))
  }
  for (const invocation of invocations) if (again.has(keyOf(invocation))) invoke(invocation)

  if (failures.length > 0) throw refusal(request, failures)
  return object
}

function refusal({ resource, name }: AdmissionRequest, failures: readonly string[]): ApiError {
  const causes = failures.map((message) => ({ message }))
  const details = { ...(name && { name }), ...(resource.group && { group: resource.group }), kind: resource.resource, causes }
  return new ApiError(403, 'Invalid', failures[0] ?? '', details)
}

function mutateOnce(mutation: JsonMap, scope: Variables, object: Obj, schema: Schema | undefined): Obj {
  switch (mutation.patchType) {
    case 'ApplyConfiguration':
      return applyConfiguration(fromCel(evaluate(mutation.applyConfiguration.expression, scope)), object, schema)
    case 'JSONPatch':
      return applyJsonPatch(fromCel(evaluate(mutation.jsonPatch.expression, scope)), object)
    default:
      throw new Error(`unsupported patchType ${mutation.patchType}`)
  }
}

function applyConfiguration(config: unknown, object: Obj, schema: Schema | undefined): Obj {
  if (!isMap(config)) throw new Error('unsupported return type from ApplyConfiguration expression')
  const unknown = schema ? pruned(schema, config).unknown : []
  if (unknown.length > 0) {
    const lines = unknown.map((path) => `.${path}: field not declared in schema`)
    throw new Error(`error applying patch: failed to convert patch object to typed object: ${lines.join(', ')}`)
  }
  const atomics = schema ? atomicsIn(schema, config, '') : []
  if (atomics.length > 0) {
    const why = `may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`
    throw new Error(`error applying patch: invalid ApplyConfiguration: ${why}`)
  }
  return merged(schema, object, config)
}

/** Paths that would be replaced as a whole: a policy that means to change a part of them would lose the rest. */
function atomicsIn(schema: Schema | undefined, value: unknown, path: string): string[] {
  if (isMap(value)) {
    const here = path !== '' && isAtomicMap(schema) ? [path] : []
    return [...here, ...Object.entries(value).flatMap(([name, inner]) => atomicsIn(fieldSchema(schema, name), inner, `${path}.${name}`))]
  }
  if (!Array.isArray(value)) return []
  const here = listKind(schema).kind === 'atomic' ? [path] : []
  return [...here, ...value.flatMap((item, i) => atomicsIn(schema?.items, item, `${path}[${i}]`))]
}

function applyJsonPatch(operations: unknown, object: Obj): Obj {
  if (!Array.isArray(operations)) throw new Error('type mismatch: JSONPatchType.expression should evaluate to array')
  try {
    return applyOperations(object, operations)
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error
    // A test that does not hold means: not this time.
    if (error.testFailed) return object
    throw new Error(`JSON Patch: ${error.message}`, { cause: error })
  }
}
