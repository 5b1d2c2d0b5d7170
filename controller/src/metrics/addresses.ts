import { isIP } from 'node:net'

/** Who wrote an address: somebody who may write objects in one namespace, or somebody who may write cluster-wide ones. */
export type Reach = 'tenant' | 'platform'

export interface AddressRules {
  /** Addresses and CIDRs that nobody may reach through us, e.g. the API server's: it would take our requests for those of the cluster's own network. */
  readonly deny?: readonly string[]
  /** CIDRs that may be reached in spite of everything but metadata. */
  readonly allow?: readonly string[]
}

/** Why an address may not be reached, as the end of a sentence; undefined: it may. Whatever is no address may not. */
export type AddressPolicy = (address: string, reach: Reach) => string | undefined

interface Net {
  readonly bytes: Uint8Array
  readonly bits: number
}

// Credentials of the machine are had there for the asking.
const metadata = [
  '169.254.169.254',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
  '168.63.129.16',
].map(parseNet)

const special: readonly (readonly [string, readonly Net[]])[] = [
  ['an unspecified address', ['0.0.0.0/8', '::/128'].map(parseNet)],
  ['an address of the machine itself (loopback)', ['127.0.0.0/8', '::1/128'].map(parseNet)],
  ['a link-local address', ['169.254.0.0/16', 'fe80::/10'].map(parseNet)],
  ['a multicast address', ['224.0.0.0/4', 'ff00::/8'].map(parseNet)],
  ['a broadcast address', ['255.255.255.255/32'].map(parseNet)],
]

/**
 * Both reaches: cloud metadata and `deny` are refused. Tenants: unspecified, loopback, link-local, multicast and broadcast addresses too.
 * IPv6 addresses that carry an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo, ISATAP) are judged by both.
 * Throws an Error for a rule that is no address and no CIDR.
 */
export function addressPolicy(rules: AddressRules = {}): AddressPolicy {
  const deny = (rules.deny ?? []).map(parseNet)
  const allow = (rules.allow ?? []).map(parseNet)
  return (address, reach) => {
    const bytes = parseAddress(address)
    if (!bytes) return 'no address'
    const forms = [bytes, ...carried(bytes)]
    const among = (nets: readonly Net[]) => forms.some((form) => nets.some((net) => contains(net, form)))
    if (among(metadata)) return 'an address of cloud metadata'
    if (allow.some((net) => contains(net, bytes))) return undefined
    if (among(deny)) return 'an address that this installation denies'
    if (reach === 'platform') return undefined
    return special.find(([, nets]) => among(nets))?.[0]
  }
}

/** The address that a URL names instead of a host name, however it is written (URL has turned octal, hex and decimal forms into dotted ones). */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) ? host : undefined
}

/** Sixteen bytes; IPv4 as ::ffff:a.b.c.d. Zones (fe80::1%eth0) are left off. Undefined: not an address. */
export function parseAddress(text: string): Uint8Array | undefined {
  const [plain = ''] = text.split('%', 1)
  const family = isIP(plain)
  if (family === 0) return undefined
  if (family === 4) return mapped(plain.split('.').map(Number))
  // A dotted end counts for two groups.
  const hex = plain.replace(/[^:]*\.[^:]*$/, (dotted) => {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head = '', tail] = hex.split('::', 2)
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const first = groups(head)
  const last = groups(tail ?? '')
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

function parseNet(text: string): Net {
  const [address = '', size] = text.trim().split('/', 2)
  const bytes = parseAddress(address)
  const most = isIP(address) === 4 ? 32 : 128
  if (!bytes || (size !== undefined && !(/^\d{1,3}$/.test(size) && Number(size) <= most))) {
    throw new Error(`"${text}" is no address and no CIDR: write one like 10.0.0.0/8, fd00::/8 or 10.1.2.3`)
  }
  return { bytes, bits: 128 - most + Number(size ?? most) }
}

function contains(net: Net, address: Uint8Array): boolean {
  // ::/0 and the like mean IPv6, though IPv4 lies within as it is kept here.
  if (net.bits < 96 && isMapped(address)) return false
  const whole = net.bits >> 3
  for (let index = 0; index < whole; index++) if (net.bytes[index] !== address[index]) return false
  const rest = net.bits & 7
  return rest === 0 || ((net.bytes[whole] ?? 0) ^ (address[whole] ?? 0)) >> (8 - rest) === 0
}

function mapped(four: Iterable<number>): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...four])
}

function begins(bytes: Uint8Array, start: readonly number[], from = 0): boolean {
  return start.every((byte, index) => bytes[from + index] === byte)
}

function isMapped(bytes: Uint8Array): boolean {
  return begins(bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
}

/** IPv4 addresses that the network may make of an IPv6 one. */
function carried(bytes: Uint8Array): Uint8Array[] {
  if (isMapped(bytes)) return []
  const last = mapped(bytes.subarray(12))
  const found: Uint8Array[] = []
  const zeros = (count: number) => new Array<number>(count).fill(0)
  const nat64 = begins(bytes, [0, 0x64, 0xff, 0x9b])
  if (nat64 && begins(bytes, zeros(8), 4)) found.push(last)
  if (nat64 && begins(bytes, [0, 1], 4)) {
    found.push(last)
    if (begins(bytes, zeros(5), 11)) found.push(mapped([bytes[6] ?? 0, bytes[7] ?? 0, bytes[9] ?? 0, bytes[10] ?? 0]))
  }
  // Compatible; ::, ::1 and ::<small> are no IPv4 addresses.
  if (begins(bytes, zeros(12)) && !begins(bytes, zeros(2), 12)) found.push(last)
  if (begins(bytes, [...zeros(8), 0xff, 0xff, 0, 0])) found.push(last)
  if (begins(bytes, [0x20, 0x02])) found.push(mapped(bytes.subarray(2, 6)))
  if (begins(bytes, [0x20, 0x01, 0, 0])) found.push(mapped(bytes.subarray(4, 8)), mapped(bytes.subarray(12).map((byte) => byte ^ 0xff)))
  if (((bytes[8] ?? 0) & 0xfd) === 0 && begins(bytes, [0, 0x5e, 0xfe], 9)) found.push(last)
  return found
}
