import { expect, test } from 'vitest'
import { signV4 } from './sigV4.ts'

// Keys, time and signatures of the examples that AWS publishes for version 4.
const keys = {
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  now: Date.UTC(2015, 7, 30, 12, 36, 0),
}
const service = { ...keys, service: 'service' }
const signature = (headers: Record<string, string>) => /Signature=(\w+)$/.exec(headers.authorization ?? '')?.[1]

test('signs the documented call of IAM ListUsers', () => {
  const headers = signV4({
    ...keys,
    service: 'iam',
    method: 'GET',
    url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })
  expect(headers).toEqual({
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  })
})

test.each([
  ['get-vanilla', 'GET', '/', {}, undefined, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    {},
    undefined,
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['post-vanilla-query', 'POST', '/?Param1=value1', {}, undefined, '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11'],
  [
    'post-x-www-form-urlencoded',
    'POST',
    '/',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
])('signs the documented example %s', (_, method, path, headers, body, expected) => {
  expect(signature(signV4({ ...service, method, url: `https://example.amazonaws.com${path}`, headers, body }))).toBe(expected)
})

test('the signature depends on method, path, query, headers, body, keys and time', () => {
  const base = { ...service, method: 'POST', url: 'https://example.amazonaws.com/a?b=c', headers: { 'x-one': '1' }, body: 'body' }
  const variants = [
    base,
    { ...base, method: 'GET' },
    { ...base, url: 'https://example.amazonaws.com/A?b=c' },
    { ...base, url: 'https://example.amazonaws.com/a?b=d' },
    { ...base, url: 'https://example.amazonaws.com:8443/a?b=c' },
    { ...base, headers: { 'x-one': '2' } },
    { ...base, body: 'other' },
    { ...base, region: 'eu-west-1' },
    { ...base, secretAccessKey: 'other' },
    { ...base, sessionToken: 'token' },
    { ...base, now: base.now + 1000 },
  ]
  expect(new Set(variants.map((each) => signature(signV4(each)))).size).toBe(variants.length)
})

test('equal queries are signed alike, however they are written', () => {
  const sign = (query: string) => signature(signV4({ ...service, method: 'GET', url: `https://example.amazonaws.com/?${query}` }))
  expect(sign('q=a+b&x')).toBe(sign('x=&q=a%20b'))
  expect(sign('q=%7B')).toBe(sign('q={'))
  expect(sign('q=a%2Bb')).not.toBe(sign('q=a+b'))
})

test('a session token is sent and signed', () => {
  const headers = signV4({ ...service, method: 'GET', url: 'https://example.amazonaws.com/', sessionToken: 'token' })
  expect(headers['x-amz-security-token']).toBe('token')
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
})
