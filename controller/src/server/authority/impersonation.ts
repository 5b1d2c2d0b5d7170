import type { Person } from '../parts.ts'
import { Refusal } from '../problems.ts'

/** The API server puts everybody in it who is somebody; nobody has to be given it. */
export const authenticatedGroup = 'system:authenticated'

/** For whom this server may act. Absent lists: whoever RBAC lets it act for. */
export interface Impersonable {
  users?: readonly string[]
  groups?: readonly string[]
}

const longest = 1_024
const mostGroups = 500
// biome-ignore lint/suspicious/noControlCharactersInRegex: that none of them gets into a header is the point
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/**
 * The person as whom this server may act: without groups that it may not act for, whose rights then do not count. Throws a Refusal for users
 * and groups of Kubernetes itself (`system:`), which would be more than any person, for names that no header can carry, and for users who are
 * not configured.
 */
export function impersonable({ username, groups, uid }: Person, { users, groups: known }: Impersonable): Person {
  checkName('user', username)
  if (users && !users.includes(username)) throw refused(`user ${shown(username)} is not among those it was configured for`)
  const others = groups.filter((group) => group !== authenticatedGroup)
  for (const group of others) checkName('group', group)
  const kept = known ? others.filter((group) => known.includes(group)) : others
  if (kept.length > mostGroups) throw refused(`user ${shown(username)} is in ${kept.length} groups: at most ${mostGroups} can be told`)
  if (uid !== undefined) checkName('uid', uid)
  return { username, groups: kept, ...(uid === undefined ? {} : { uid }) }
}

function checkName(what: string, name: string): void {
  if (name === '' || name.length > longest || control.test(name) || name.trim() !== name)
    throw refused(`${what} ${shown(name)} is no name that a request can carry`)
  if (name.toLowerCase().startsWith('system:')) throw refused(`${what} ${shown(name)} belongs to Kubernetes itself`)
}

const refused = (why: string) => new Refusal('SERIN-403-IMPERSONATION', `This server acts for people, and ${why}.`)

/** A name from outside, in one line of bounded length. */
const shown = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name)

/** The headers that make a request one of this person. Throws as `impersonable` does. */
export function impersonationHeaders(person: Person, whom: Impersonable): Record<string, string | string[]> {
  const { username, groups, uid } = impersonable(person, whom)
  return {
    'impersonate-user': username,
    ...(groups.length === 0 ? {} : { 'impersonate-group': [...groups] }),
    ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
  }
}
