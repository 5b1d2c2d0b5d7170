import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressPolicy, literalAddress, parseAddress } from './addresses.ts'

const policy = addressPolicy()
const host = (url: string) => literalAddress(new URL(url)) ?? 'a name'

test.each([
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['::', 'unspecified'],
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['::1', 'loopback'],
  ['169.254.1.1', 'link-local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['febf::1', 'link-local'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['ff02::1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
])('%s is refused to tenants only', (address, because) => {
  expect(policy(address, 'tenant')).toContain(because)
  expect(policy(address, 'platform')).toBeUndefined()
})

test.each(['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1'])(
  '%s is metadata, refused to everybody, allowed or not',
  (address) => {
    const open = addressPolicy({ allow: ['0.0.0.0/0', '::/0'] })
    expect(policy(address, 'tenant')).toContain('metadata')
    expect(policy(address, 'platform')).toContain('metadata')
    expect(open(address, 'platform')).toContain('metadata')
  },
)

test.each([
  '10.96.0.10',
  '192.168.1.1',
  '172.16.0.1',
  '8.8.8.8',
  '223.255.255.255',
  '128.0.0.1',
  '126.255.255.255',
  '2606:4700::1111',
  'fd12::1',
  '64:ff9b::808:808',
  '2002:808:808::1',
  '::ffff:10.0.0.1',
])('%s may be reached', (address) => {
  expect(policy(address, 'tenant')).toBeUndefined()
})

test.each(['', 'prometheus', '1.2.3', '1.2.3.4.5', '256.1.1.1', '127.1', '2130706433', ':::', '1:2:3', 'fe80::1::2'])(
  '"%s" is no address',
  (text) => {
    expect(parseAddress(text)).toBeUndefined()
    expect(policy(text, 'platform')).toBe('no address')
  },
)

test.each([
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://127.0.0.1./',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[2002:7f00:1::]/',
  'http://①②⑦.0.0.1/',
])('%s is seen to be loopback', (url) => {
  expect(policy(host(url), 'tenant')).toContain('loopback')
})

test('a name is no literal address', () => {
  expect(literalAddress(new URL('http://localhost/'))).toBeUndefined()
  expect(literalAddress(new URL('http://[fd12::1]/'))).toBe('fd12::1')
})

test('what is denied is refused to both, and allowed nets come before', () => {
  const rules = addressPolicy({ deny: ['10.96.0.1', 'fd00:1::/32', '10.0.0.0/9'], allow: ['127.0.0.0/8', '10.1.0.0/16'] })
  for (const reach of ['tenant', 'platform'] as const) {
    expect(rules('10.96.0.1', reach)).toContain('denies')
    expect(rules('::ffff:10.96.0.1', reach)).toContain('denies')
    expect(rules('64:ff9b::a60:1', reach)).toContain('denies')
    expect(rules('fd00:1:2::3', reach)).toContain('denies')
    expect(rules('10.127.255.255', reach)).toContain('denies')
    expect(rules('10.128.0.0', reach)).toBeUndefined()
    expect(rules('10.1.2.3', reach)).toBeUndefined()
    expect(rules('127.0.0.1', reach)).toBeUndefined()
  }
  expect(rules('::1', 'tenant')).toContain('loopback')
})

test('allowing all of IPv6 allows no IPv4', () => {
  expect(addressPolicy({ allow: ['::/0'] })('127.0.0.1', 'tenant')).toContain('loopback')
  expect(addressPolicy({ allow: ['::/0'] })('::1', 'tenant')).toBeUndefined()
})

test.each(['10.0.0.0/33', 'fd00::/129', '10.0.0/8', 'x', '10.0.0.0/-1', '10.0.0.0/8x', ''])('the rule "%s" is an error', (rule) => {
  expect(() => addressPolicy({ deny: [rule] })).toThrow(/no CIDR/)
})

const dotted = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
const hex = (high: number, low: number) => ((high << 8) | low).toString(16)

test('an IPv4 address is judged alike in every form it may be carried in', () => {
  const loopbackOrNot = fc.oneof(
    dotted,
    dotted.map(([, b, c, d]) => [127, b, c, d] as const),
    dotted.map(([, , c, d]) => [169, 254, c, d] as const),
  )
  fc.assert(
    fc.property(loopbackOrNot, fc.constantFrom('tenant' as const, 'platform' as const), ([a, b, c, d], reach) => {
      const plain = `${a}.${b}.${c}.${d}`
      const expected = policy(plain, reach)
      const [high, low] = [hex(a, b), hex(c, d)]
      const forms = [
        `::ffff:${plain}`,
        `::ffff:${high}:${low}`,
        `64:ff9b::${plain}`,
        `64:ff9b:1::${high}:${low}`,
        `2002:${high}:${low}::1`,
        `fd12::5efe:${plain}`,
        `fd12::200:5efe:${plain}`,
        `::ffff:0:${plain}`,
      ]
      for (const form of forms) if (expected) expect(`${form} ${policy(form, reach)}`).toBe(`${form} ${expected}`)
      expect(policy(`::ffff:${plain}`, reach)).toBe(expected)
    }),
  )
})

test('a number as a host means the same address as its dotted form', () => {
  fc.assert(
    fc.property(dotted, ([a, b, c, d]) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d
      for (const form of [`${number}`, `0x${number.toString(16)}`, `0${number.toString(8)}`, `${a}.${(b * 256 + c) * 256 + d}`]) {
        expect(host(`http://${form}/`)).toBe(`${a}.${b}.${c}.${d}`)
      }
    }),
  )
})

test('a net holds exactly the addresses that share its first bits', () => {
  fc.assert(
    fc.property(dotted, dotted, fc.integer({ min: 0, max: 32 }), (net, address, bits) => {
      const value = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0)
      const within = Math.floor(value(net) / 2 ** (32 - bits)) === Math.floor(value(address) / 2 ** (32 - bits))
      const because = addressPolicy({ deny: [`${net.join('.')}/${bits}`] })(address.join('.'), 'platform')
      expect(because?.includes('denies') ?? false).toBe(within && !because?.includes('metadata'))
    }),
  )
})

test('IPv6 addresses are read as the URL parser writes them', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const bytes = parseAddress(text)
      const again = parseAddress(host(`http://[${text}]/`))
      expect(bytes).toHaveLength(16)
      expect(again).toEqual(bytes)
    }),
  )
})
