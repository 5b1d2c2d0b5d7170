import type { Environment } from '@marcbachmann/cel-js'
import type { User } from '../types.ts'
import { type Attributes, type Authorize, type Decision, serviceAccountName } from './authorizer.ts'

// The `authorizer` variable of policies. Each class is a type of CEL; its methods are registered below.

export class Authorizer {
  readonly authorize: Authorize
  readonly user: User
  /** The resource of the request itself. */
  readonly requestResource: ResourceCheck
  constructor(authorize: Authorize, user: User, request: Omit<Attributes, 'verb'>) {
    this.authorize = authorize
    this.user = user
    this.requestResource = new ResourceCheck(this, request)
  }
}

class GroupCheck {
  readonly from: Authorizer
  readonly group: string
  constructor(from: Authorizer, group: string) {
    this.from = from
    this.group = group
  }
}

class ResourceCheck {
  readonly from: Authorizer
  readonly attributes: Omit<Attributes, 'verb'>
  constructor(from: Authorizer, attributes: Omit<Attributes, 'verb'>) {
    this.from = from
    this.attributes = attributes
  }
}

class PathCheck extends ResourceCheck {}

class AuthorizationDecision {
  readonly decision: Decision
  constructor(decision: Decision) {
    this.decision = decision
  }
}

const filled = (value: string, what: string): string => {
  if (value.trim() === '') throw new Error(`${what} must not be empty`)
  return value
}

const refined = (check: ResourceCheck, more: Partial<Attributes>) => new ResourceCheck(check.from, { ...check.attributes, ...more })

function decide(check: ResourceCheck, verb: string): AuthorizationDecision {
  return new AuthorizationDecision(check.from.authorize(check.from.user, { ...check.attributes, verb }))
}

function asServiceAccount(from: Authorizer, namespace: string, name: string): Authorizer {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
  const user = { username: serviceAccountName(namespace, name), groups }
  return new Authorizer(from.authorize, user, from.requestResource.attributes)
}

/** Makes the authorizer's types and methods known to an environment. */
export function registerAuthorizer(environment: Environment): void {
  environment
    .registerType('Authorizer', Authorizer)
    .registerType('GroupCheck', GroupCheck)
    .registerType('ResourceCheck', ResourceCheck)
    .registerType('PathCheck', PathCheck)
    .registerType('AuthorizationDecision', AuthorizationDecision)
    .registerFunction('Authorizer.group(string): GroupCheck', (from: Authorizer, group: string) => new GroupCheck(from, group))
    .registerFunction('Authorizer.serviceAccount(string, string): Authorizer', asServiceAccount)
    .registerFunction('Authorizer.path(string): PathCheck', (from: Authorizer, path: string) => {
      return new PathCheck(from, { nonResource: `/${filled(path, 'path').replace(/^\//, '')}` })
    })
    .registerFunction('GroupCheck.resource(string): ResourceCheck', ({ from, group }: GroupCheck, resource: string) => {
      return new ResourceCheck(from, { group, resource: filled(resource, 'resource') })
    })
    .registerFunction('ResourceCheck.subresource(string): ResourceCheck', (check: ResourceCheck, subresource: string) =>
      refined(check, { subresource }),
    )
    .registerFunction('ResourceCheck.namespace(string): ResourceCheck', (check: ResourceCheck, namespace: string) =>
      refined(check, { namespace }),
    )
    .registerFunction('ResourceCheck.name(string): ResourceCheck', (check: ResourceCheck, name: string) => refined(check, { name }))
    // RBAC does not look at selectors.
    .registerFunction('ResourceCheck.fieldSelector(string): ResourceCheck', (check: ResourceCheck) => check)
    .registerFunction('ResourceCheck.labelSelector(string): ResourceCheck', (check: ResourceCheck) => check)
    .registerFunction('ResourceCheck.check(string): AuthorizationDecision', decide)
    .registerFunction('PathCheck.check(string): AuthorizationDecision', decide)
    .registerFunction('AuthorizationDecision.allowed(): bool', ({ decision }: AuthorizationDecision) => decision.allowed)
    .registerFunction('AuthorizationDecision.reason(): string', ({ decision }: AuthorizationDecision) => decision.reason)
    .registerFunction('AuthorizationDecision.errored(): bool', () => false)
    .registerFunction('AuthorizationDecision.error(): string', () => '')
}
