import { dialect, toCel, type Variables } from '../objects/cel.ts'
import type { JsonMap } from '../objects/json.ts'
import type { Obj } from '../types.ts'
import { Authorizer, registerAuthorizer } from './authorizerValue.ts'
import { withoutMessages } from './celObjects.ts'
import type { AdmissionRequest } from './request.ts'

class JsonPatchLibrary {}

/** Where policies' expressions are compiled: matchConditions, variables, validations, mutations. */
export const policyDialect = dialect(
  ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'authorizer', 'variables'],
  (environment) => {
    registerAuthorizer(environment)
    environment
      .registerType('JsonPatchLibrary', JsonPatchLibrary)
      .registerConstant('jsonpatch', 'JsonPatchLibrary', new JsonPatchLibrary())
      .registerFunction('JsonPatchLibrary.escapeKey(string): string', (_: JsonPatchLibrary, key: string) =>
        key.replaceAll('~', '~0').replaceAll('/', '~1'),
      )
  },
  withoutMessages,
)

/** Runs one expression; throws an Error that names it, in the server's words. */
export function evaluate(expression: string, variables: Variables): unknown {
  const compiled = policyDialect.compile(expression)
  if (!compiled.ok) throw new Error(`compilation error: ${compiled.message}`)
  try {
    return compiled.program.run(variables)
  } catch (error) {
    throw new Error(`expression '${expression}' resulted in error: ${(error as Error).message}`, { cause: error })
  }
}

function composited(name: string, expression: string, scope: Variables): unknown {
  const compiled = policyDialect.compile(expression)
  try {
    if (!compiled.ok) throw new Error(compiled.message)
    return compiled.program.run(scope)
  } catch (error) {
    throw new Error(`composited variable "${name}" fails to evaluate: ${(error as Error).message}`, { cause: error })
  }
}

/** What a policy's expressions see of a request, beside the object itself, which changes from mutation to mutation. */
export function fixedVariables(request: AdmissionRequest): Variables {
  const { resource, kind, subresource, namespace, name, operation, user, dryRun, namespaceObject, authorize } = request
  const attributes = { group: resource.group, resource: resource.resource, subresource, namespace, name }
  const { managedFields: _, ownerReferences: __, ...metadata }: JsonMap = namespaceObject?.metadata ?? {}
  return {
    oldObject: toCel(request.oldObject ?? null),
    params: null,
    authorizer: new Authorizer(authorize, user, attributes),
    namespaceObject: namespaceObject ? toCel({ metadata, spec: namespaceObject.spec ?? {}, status: namespaceObject.status ?? {} }) : null,
    request: toCel({
      uid: '',
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      ...(subresource && { subResource: subresource, requestSubResource: subresource }),
      ...(name && { name }),
      ...(namespace && { namespace }),
      operation,
      userInfo: { username: user.username, ...(user.uid && { uid: user.uid }), ...(user.groups.length > 0 && { groups: user.groups }) },
      dryRun,
    }),
  }
}

/** The variables of one policy over one state of the object: `variables.x` is worked out when first asked for. */
export function policyVariables(policy: Obj, fixed: Variables, object: JsonMap | undefined): Variables {
  const variables: JsonMap = {}
  const scope: Variables = { ...fixed, object: toCel(object ?? null), variables }
  for (const { name, expression } of policy.spec.variables ?? []) {
    Object.defineProperty(variables, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = composited(name, expression, scope)
        Object.defineProperty(variables, name, { value, enumerable: true })
        return value
      },
    })
  }
  return scope
}
