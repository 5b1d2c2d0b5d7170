import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The node's address in the private network: control plane and gateway are there. */
export const HOST_ADDRESS = '10.244.0.1'
/** Metrics are asked for at another: Serin refuses the API server's as a source. */
export const METRICS_ADDRESS = '10.244.0.2'
const BRIDGE = 'cbr0'

/** The n-th address of the network; pods have those from 10 on. */
export const addressOf = (n: number): string => `10.244.${n >> 8}.${n & 255}`

/**
 * Follows from the address. A later pod with the address of a former one is then reached at once; with random ones
 * everybody who knew the former sends into the void for seconds.
 */
function macOf(address: string): string {
  return ['0a', '58', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':')
}

/**
 * The bridge that pods are tied to, an empty /run for their mounts, and the resolver that all use. Refuses to touch a
 * network that is not a private and empty one.
 */
export async function openNetwork(dir: string): Promise<void> {
  const links = Object.keys(networkInterfaces()).filter((name) => name !== 'lo')
  if (links.length > 0) throw new Error(`this network has links (${links.join(', ')}): start the tests by test/traffic/main.ts`)
  await ip([
    'link set lo up',
    `link add ${BRIDGE} address ${macOf(HOST_ADDRESS)} type bridge forward_delay 0`,
    ...[HOST_ADDRESS, METRICS_ADDRESS].map((address) => `addr add ${address}/16 dev ${BRIDGE}`),
    `link set ${BRIDGE} up`,
  ])
  const resolver = existsSync('/etc/resolv.conf') ? realpathSync('/etc/resolv.conf') : '/etc/resolv.conf'
  // Pods mount their tokens below /run, and a folder made there must not be made on the machine.
  await run('mount', ['-t', 'tmpfs', 'tmpfs', '/run'])
  if (!existsSync(resolver)) {
    mkdirSync(dirname(resolver), { recursive: true })
    writeFileSync(resolver, '')
  }
  const file = `${dir}/resolv.conf`
  writeFileSync(file, `nameserver ${HOST_ADDRESS}\nsearch svc.cluster.local cluster.local\noptions ndots:5 timeout:1\n`)
  await run('mount', ['--bind', file, resolver])
}

/** Takes every link away again, so that another test may open the network. */
export async function closeNetwork(): Promise<void> {
  const { stdout } = await run('ip', ['-json', 'link'])
  const links = (JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => ifname).filter((name) => name !== 'lo')
  // One that is tied to a namespace that ends right now may be gone before.
  for (const name of links) await run('ip', ['link', 'del', name]).catch(() => {})
}

/** Ties a process's network namespace to the bridge: its end is eth0, and has the address once it sets it. */
export async function plugIn(n: number, pid: number): Promise<void> {
  await ip([
    `link add veth${n} type veth peer name eth0 address ${macOf(addressOf(n))} netns ${pid}`,
    `link set veth${n} master ${BRIDGE} up`,
  ])
}

/** What a namespace runs to take its address on eth0. */
export function takeAddress(n: number): string {
  return `ip link set lo up; ip addr add ${addressOf(n)}/16 dev eth0; ip link set eth0 up; ip route add default via ${HOST_ADDRESS}`
}

async function ip(lines: string[]): Promise<void> {
  const child = spawn('ip', ['-batch', '-'], { stdio: ['pipe', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text
  })
  child.stdin.end(`${lines.join('\n')}\n`)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`ip: ${complaint.trim()}`)
}
