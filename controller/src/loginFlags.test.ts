import { expect, test } from 'vitest'
import { type DashboardFlags, parseDashboardFlags } from './dashboardFlags.ts'
import { loginOptionsOf } from './loginFlags.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const other = Buffer.alloc(32, 8).toString('base64')
const files: Record<string, string> = {
  keys: `${key}\n${other}\n`,
  short: 'abc\n',
  empty: '\n',
  secret: 'of the client\n',
  shared: `${'x'.repeat(24)}\n`,
}

function read(file: string): string {
  const text = files[file]
  if (text === undefined) throw new Error('ENOENT')
  return text
}

function options(line: string) {
  const parsed = parseDashboardFlags(line.split(' ').filter((word) => word !== ''))
  if (parsed.do !== 'run') throw new Error(JSON.stringify(parsed))
  return loginOptionsOf(parsed.flags satisfies DashboardFlags, read)
}

test('without flags: by a token, two hours idle and twelve in all, for whomever RBAC lets it act', () => {
  const found = options('')
  expect(found).toMatchObject({
    token: true,
    bearer: true,
    kubeconfig: false,
    idleSeconds: 7_200,
    absoluteSeconds: 43_200,
    sessionKeys: [],
  })
  for (const name of ['oidc', 'proxy', 'demo', 'impersonateUsers', 'impersonateGroups']) expect(found).not.toHaveProperty(name)
})

test('keys and secrets are what the files say, without the ends of lines', () => {
  expect(options('--session-keys-file keys').sessionKeys).toEqual([key, other])
  const { oidc } = options(
    '--oidc-issuer https://id.example.org --oidc-client-id serin --oidc-client-secret-file secret --origin https://s.example.org --oidc-scopes email openid --oidc-use-token',
  )
  expect(oidc).toMatchObject({ clientSecret: 'of the client', scopes: ['openid', 'email'], useToken: true, usernameClaim: 'sub' })
  expect(oidc).not.toHaveProperty('usernamePrefix')
  const { proxy } = options('--proxy-from 10.0.0.0/8 --proxy-secret-file shared --proxy-logout-url /oauth2/sign_out')
  expect(proxy).toMatchObject({
    cidrs: ['10.0.0.0/8'],
    secret: 'x'.repeat(24),
    logoutUrl: '/oauth2/sign_out',
    userHeader: 'x-forwarded-user',
  })
})

test.each([
  ['--session-keys-file nowhere', '--session-keys-file nowhere cannot be read: ENOENT'],
  ['--session-keys-file empty', '--session-keys-file empty is empty'],
  ['--session-keys-file short', 'openssl rand -base64 32'],
  ['--oidc-issuer id.example.org --oidc-client-id serin --origin https://s.example.org', '--oidc-issuer: '],
  ['--proxy-from 10.0.0.0/8 --proxy-secret-file short', '--proxy-secret: '],
  ['--impersonate-users system:admin', 'users and groups of Kubernetes itself'],
])('%s is refused: %s', (line, because) => {
  expect(() => options(line)).toThrow(because)
})
