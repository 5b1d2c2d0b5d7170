import { expect, test } from 'vitest'
import { personOf } from './claims.ts'
import { LoginOptions } from './options.ts'

const issuer = 'https://id.example.org'
const settings = (more: object = {}) => {
  const { oidc } = LoginOptions.parse({ oidc: { issuer, clientId: 'serin', ...more } })
  if (!oidc) throw new Error('no options')
  return oidc
}

test('names are prefixed as by kube-apiserver: with the issuer, but for email, unless told otherwise', () => {
  const claims = { sub: '42', email: 'a@example.org', email_verified: true, name: 'Anna' }
  expect(personOf(claims, settings()).username).toBe(`${issuer}#42`)
  expect(personOf(claims, settings({ usernameClaim: 'email' })).username).toBe('a@example.org')
  expect(personOf(claims, settings({ usernameClaim: 'name', usernamePrefix: '-' })).username).toBe('Anna')
  expect(personOf(claims, settings({ usernameClaim: 'name', usernamePrefix: 'idp:' })).username).toBe('idp:Anna')
})

test('groups are a list or one text, or none', () => {
  const groups = (value: unknown) => personOf({ sub: '1', groups: value }, settings({ groupsPrefix: 'g:' })).groups
  expect([groups(['a', 'b']), groups('a'), groups(undefined), groups([])]).toEqual([['g:a', 'g:b'], ['g:a'], [], []])
  for (const wrong of [[1], { a: 1 }, 7, [['a']]]) expect(() => groups(wrong)).toThrow(/the claim groups is no list of texts/)
})

test('a claim that is missing, and an address that is not verified, are no name', () => {
  expect(() => personOf({}, settings())).toThrow(/the claim sub is not there/)
  expect(() => personOf({ sub: 7 }, settings())).toThrow(/the claim sub is not there, or is no text/)
  for (const email_verified of [false, 'true', null])
    expect(() => personOf({ email: 'a@b.c', email_verified }, settings({ usernameClaim: 'email' }))).toThrow(/not verified/)
})
