import type { Person } from '../parts.ts'
import { Refusal } from '../problems.ts'
import type { OidcOptions } from './options.ts'

/** The person that claims of an ID token mean, by the rules of kube-apiserver's flags, so that both call the person the same. Throws a Refusal that says what is missing. */
export function personOf(claims: Readonly<Record<string, unknown>>, options: OidcOptions): Person & { groups: string[] } {
  const { issuer, usernameClaim, usernamePrefix, groupsClaim, groupsPrefix } = options
  const name = claims[usernameClaim]
  if (typeof name !== 'string' || name === '') throw lacking(`the claim ${usernameClaim} is not there, or is no text`)
  if (usernameClaim === 'email' && claims.email_verified !== undefined && claims.email_verified !== true)
    throw lacking('the email address is not verified')
  const prefix = usernamePrefix === '-' ? '' : (usernamePrefix ?? (usernameClaim === 'email' ? '' : `${issuer}#`))
  const groups = claims[groupsClaim] ?? []
  const list = typeof groups === 'string' ? [groups] : groups
  if (!Array.isArray(list) || !list.every((group) => typeof group === 'string'))
    throw lacking(`the claim ${groupsClaim} is no list of texts`)
  return { username: prefix + name, groups: list.map((group) => groupsPrefix + group) }
}

const lacking = (what: string) =>
  new Refusal('SERIN-401-LOGIN', `The issuer's token cannot be used: ${what}. An administrator sets which claims are used.`)
