import { expect, test } from 'vitest'
import { addressesIn, keyBytes, LoginOptions, noLogin, whomOf } from './options.ts'

const key = Buffer.alloc(32, 7).toString('base64')
const oidc = { issuer: 'https://id.example.org/realms/a', clientId: 'serin' }
const proxy = { cidrs: ['10.0.0.0/8'], secret: 'x'.repeat(24) }
/** What is said against the options; '' when nothing is. */
const against = (options: object): string =>
  LoginOptions.safeParse(options)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join() ?? ''

test('nothing is on that is not asked for', () => {
  const { token, oidc: no, proxy: none, kubeconfig, demo } = noLogin
  expect([token, no, none, kubeconfig, demo, noLogin.bearer]).toEqual([false, undefined, undefined, false, undefined, false])
})

test('usual options are taken', () => {
  expect(
    against({ token: true, oidc, proxy, sessionKeys: [key, key.replaceAll('+', '-').replaceAll('/', '_')], impersonateGroups: ['shop'] }),
  ).toBe('')
})

test('a wrong one is named, with what to write instead', () => {
  expect(against({ sessionKeys: ['short'] })).toBe('sessionKeys.0: 32 bytes in base64: openssl rand -base64 32')
  expect(against({ proxy: { ...proxy, cidrs: ['10.0.0.0/99'] } })).toContain('proxy.cidrs.0: an address or a CIDR, like 10.0.0.0/8')
  expect(against({ proxy: { ...proxy, cidrs: [] } })).toContain('proxy.cidrs')
  expect(against({ proxy: { ...proxy, secret: 'short' } })).toContain('proxy.secret')
  expect(against({ proxy: { ...proxy, userHeader: 'x y' } })).toContain('letters, digits and hyphens')
  expect(against({ oidc: { ...oidc, issuer: 'ftp://id.example.org' } })).toContain('oidc.issuer')
  expect(against({ oidc: { ...oidc, issuer: 'https://me:secret@id.example.org' } })).toContain('no user and password belong in it')
  for (const name of ['system:masters', 'System:Nodes']) expect(against({ impersonateGroups: [name] })).toContain('cannot be acted for')
  expect(against({ tokens: true })).toContain('tokens')
})

test('on a laptop there is one person, and no other way in', () => {
  expect(against({ kubeconfig: true, token: true })).toContain('by the kubeconfig, or by something else')
  expect(LoginOptions.parse({ kubeconfig: true }).bearer).toBe(false)
})

test('who names users names their groups too, or gives them none', () => {
  expect(whomOf({})).toEqual({})
  expect(whomOf({ impersonateUsers: ['anna'] })).toEqual({ users: ['anna'], groups: [] })
  expect(whomOf({ impersonateGroups: ['shop'] })).toEqual({ groups: ['shop'] })
})

test('keys are 32 bytes', () => {
  expect(keyBytes(`${key}\n`)).toHaveLength(32)
  for (const text of ['', 'x'.repeat(32), Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')])
    expect(keyBytes(text)).toBeUndefined()
})

test('an address is in a range or not, also IPv4 as a socket of both families tells it', () => {
  const inside = addressesIn(['10.1.0.0/16', 'fd00::/8', '192.0.2.7'])
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '192.0.2.7']) expect([address, inside(address)]).toEqual([address, true])
  for (const address of ['10.2.0.1', '::ffff:10.2.0.1', 'fe80::1', '192.0.2.8', '', 'localhost'])
    expect([address, inside(address)]).toEqual([address, false])
})
