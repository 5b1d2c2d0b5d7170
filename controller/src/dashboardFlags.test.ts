import { describe, expect, test } from 'vitest'
import { parseDashboardFlags } from './dashboardFlags.ts'

const parsed = (line: string) => parseDashboardFlags(line.split(' ').filter((word) => word !== ''))

test('without flags everything has its default: a token is the only way in, and nobody is impersonated', () => {
  expect(parsed('')).toEqual({
    do: 'run',
    flags: {
      listen: { host: '0.0.0.0', port: 8081 },
      metricsListen: { host: '0.0.0.0', port: 8080 },
      trustProxy: [],
      installation: 'Serin',
      teamLabel: 'app.kubernetes.io/part-of',
      readOnly: false,
      logLevel: 'info',
      sessionIdle: '2h',
      sessionLifetime: '12h',
      tokenLogin: true,
      bearer: true,
      oidcUsernameClaim: 'sub',
      oidcGroupsClaim: 'groups',
      oidcGroupsPrefix: '',
      oidcUseToken: false,
      proxyFrom: [],
      proxySecretHeader: 'x-serin-proxy-secret',
      proxyUserHeader: 'x-forwarded-user',
      proxyGroupsHeader: 'x-forwarded-groups',
      impersonateUsers: [],
      impersonateGroups: [],
    },
  })
})

test.each([
  ['--listen 127.0.0.1:0 --metrics-listen [::1]:9', { listen: { host: '127.0.0.1', port: 0 }, metricsListen: { host: '::1', port: 9 } }],
  ['--origin https://serin.example.org/', { origin: 'https://serin.example.org' }],
  ['--origin http://localhost:8081', { origin: 'http://localhost:8081' }],
  ['--trust-proxy 10.0.0.0/8 192.168.0.1', { trustProxy: ['10.0.0.0/8', '192.168.0.1'] }],
  ['--team-label team --read-only', { teamLabel: 'team', readOnly: true }],
  ['--impersonate-users anna ben --impersonate-groups sre', { impersonateUsers: ['anna', 'ben'], impersonateGroups: ['sre'] }],
  ['--tls-cert-file a --tls-key-file b', { tlsCertFile: 'a', tlsKeyFile: 'b' }],
  [
    '--oidc-issuer https://id.example.org --oidc-client-id serin --origin https://serin.example.org --oidc-scopes email groups --no-token-login',
    { oidcIssuer: 'https://id.example.org', oidcScopes: ['email', 'groups'], tokenLogin: false },
  ],
  ['--proxy-from 10.0.0.0/8 --proxy-secret-file s --proxy-user-header X-User --no-token-login', { proxyUserHeader: 'x-user' }],
])('%s', (line, wanted) => {
  expect(parsed(line)).toMatchObject({ do: 'run', flags: wanted })
})

describe('what cannot be meant is refused with what to write instead', () => {
  test.each([
    ['--origin serin.example.org', 'Write the address that people open, as https://serin.example.org.'],
    ['--origin https://example.org/serin', 'It has no path'],
    ['--origin https://anna:secret@example.org', 'Write the address'],
    ['--listen 8081', 'Write an address and a port'],
    ['--trust-proxy everybody', 'It is no address and no CIDR'],
    ['--team-label _', 'Write the key of a label'],
    ['--proxy-user-header x_user', 'Write the name of a header'],
    ['--tls-cert-file a', 'TLS needs both: --tls-cert-file FILE --tls-key-file FILE'],
    ['--oidc-issuer https://id.example.org', '--oidc-issuer needs --oidc-client-id'],
    ['--oidc-issuer https://id.example.org --oidc-client-id serin', 'ORIGIN/api/v1/login/oidc/callback'],
    ['--oidc-client-secret-file s', '--oidc-client-secret-file without --oidc-issuer says nothing'],
    ['--proxy-from 10.0.0.0/8', 'needs both: --proxy-from CIDR --proxy-secret-file FILE'],
    ['--proxy-secret-file s', 'needs both'],
    ['--no-token-login', 'nobody could log in'],
    ['--session-idle 10', 'Write a duration of a minute or more'],
    ['--session-lifetime 30s', 'Write a duration of a minute or more'],
    ['--port 8081', "unknown option '--port'"],
    ['everything', 'too many arguments'],
  ])('%s', (line, because) => {
    expect(parsed(line)).toMatchObject({ do: 'refuse', because: expect.stringContaining(because) })
  })
})

test('the help names every flag', () => {
  const said = parsed('--help')
  expect(said).toMatchObject({ do: 'help', text: expect.stringContaining('--metrics-listen <address>') })
})
