import { Buffer } from 'node:buffer'
import { timestamp } from './clock.ts'
import type { Core } from './core.ts'
import { badRequest } from './errors.ts'
import { isRecord } from './json.ts'
import type { ServedKind } from './kind.ts'
import { serviceAccountUser, type Users } from './users.ts'
import { stored } from './verbs/access.ts'
import type { Target } from './verbs/update.ts'

const defaultSeconds = 3600
const leastSeconds = 600

/** Answers a TokenRequest with a bearer token of the ServiceAccount. Throws ApiError. */
export function tokenFor(core: Core, kind: ServedKind, target: Target, body: unknown, users: Users): object {
  if (!isRecord(body)) throw badRequest('the object provided is unrecognized (must be of type TokenRequest)')
  const spec = isRecord(body.spec) ? body.spec : {}
  const seconds = spec.expirationSeconds ?? defaultSeconds
  if (typeof seconds !== 'number' || seconds < leastSeconds) {
    throw badRequest(
      `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${String(seconds)}: may not specify a duration less than 10 minutes`,
    )
  }
  const account = stored(core, kind, target.namespace, target.name)
  const { namespace = '', name, uid } = account.metadata
  const user = serviceAccountUser(namespace, name, uid)
  const expires = core.clock.now() + seconds * 1000
  // Shaped like a JWT, for clients that look inside; nobody checks a signature.
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { sub: user.username, aud: spec.audiences ?? ['kubernetes'], exp: Math.floor(expires / 1000), jti: core.random.uid() }
  const token = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.${core.random.suffix()}`
  users.issue(user, token, expires)
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(core.clock.now()) },
    spec: { ...spec, audiences: claims.aud, expirationSeconds: seconds },
    status: { token, expirationTimestamp: timestamp(expires) },
  }
}
