import type { Attributes, Authorize } from '../admission/authorizer.ts'
import type { User } from '../types.ts'
import { unauthorized } from './errors.ts'
import { checkImpersonation, impersonationOf } from './impersonation.ts'

const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Users by bearer token; tokens of ServiceAccounts are added as they are asked for. */
export interface Users {
  byToken(token: string): User | undefined
  /** A token for a ServiceAccount, good until `expiresAtMs`. */
  issue(user: User, token: string, expiresAtMs: number): void
}

export function createUsers(tokens: Record<string, User>, now: () => number): Users {
  const known = new Map(Object.entries(tokens).map(([token, user]) => [token, authenticated(user)]))
  const issued = new Map<string, { user: User; expiresAtMs: number }>()
  return {
    byToken(token) {
      const own = known.get(token)
      if (own) return own
      const entry = issued.get(token)
      return entry && entry.expiresAtMs > now() ? entry.user : undefined
    },
    issue(user, token, expiresAtMs) {
      issued.set(token, { user: authenticated(user), expiresAtMs })
    },
  }
}

function authenticated(user: User): User {
  const group = 'system:authenticated'
  return user.groups.includes(group) ? user : { ...user, groups: [...user.groups, group] }
}

/** The user of a ServiceAccount. */
export function serviceAccountUser(namespace: string, name: string, uid: string): User {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}

/**
 * The user behind a request's headers: the bearer of the token, or whom he impersonates to do what is asked. Throws ApiError 401 for an
 * unknown token and 403 for an impersonation that is not allowed.
 */
export function userOf(headers: ReadonlyMap<string, readonly string[]>, users: Users, authorize: Authorize, asked: Attributes): User {
  const [authorization] = headers.get('authorization') ?? []
  const token = authorization && /^bearer\s+(\S+)$/i.exec(authorization)?.[1]
  const user = authorization === undefined ? anonymous : token ? users.byToken(token) : undefined
  if (!user) throw unauthorized()
  const wanted = impersonationOf(headers)
  if (!wanted) return user
  checkImpersonation(user, wanted, asked, authorize)
  const { name, groups, uid } = wanted
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)
  const implied = account && groups.length === 0 ? serviceAccountUser(account[1] ?? '', account[2] ?? '', '').groups : []
  return authenticated({ username: name, groups: [...groups, ...implied], ...(uid ? { uid } : {}) })
}
