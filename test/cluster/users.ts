/** Who may speak to a test cluster. Both clusters, the embedded and the real one, know the same people by the same tokens. */
export interface TestUser {
  token: string
  username: string
  groups: string[]
  uid: string
}

const account = (namespace: string, name: string) => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
})

function user<const Name extends string>(name: Name, who: { username: string; groups: string[] }): [Name, TestUser] {
  return [name, { token: `${name}-token`, uid: `uid-${name}`, ...who }]
}

const table = [
  user('admin', { username: 'admin', groups: ['system:masters'] }),
  user('serin', account('serin-system', 'serin')),
  // A second installation of Serin.
  user('other', account('serin-other', 'serin')),
  // The server of the dashboard; what it may do the tests that start one give it.
  user('dashboard', account('serin-system', 'serin-dashboard')),
  user('deployer', account('ci', 'deployer')),
  user('anna', { username: 'anna', groups: ['developers'] }),
  user('ben', { username: 'ben', groups: ['developers'] }),
  user('carla', { username: 'carla', groups: ['on-call'] }),
] as const

export type UserName = (typeof table)[number][0]

/** `admin` may do everything; all others only what RBAC objects of the cluster give them. */
export const testUsers = Object.fromEntries(table) as Record<UserName, TestUser>

/** The API server's token file. */
export function tokenFile(): string {
  return Object.values(testUsers)
    .map(({ token, username, uid, groups }) => `${token},${username},${uid},"${groups.join(',')}"\n`)
    .join('')
}
