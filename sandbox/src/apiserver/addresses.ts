import type { Obj } from '../types.ts'
import type { Core } from './core.ts'

/** Cluster IPs (10.96.0.0/16) and node ports (30000-32767) of Services. The lowest free one is taken, so runs repeat. */

const firstNodePort = 30_000
const lastNodePort = 32_767

/** The Service with the addresses its type calls for. */
export function allocated(core: Core, service: Obj): Obj {
  const spec = { ...service.spec }
  const type: string = spec.type ?? 'ClusterIP'
  if (type === 'ExternalName') return service
  const others = core.store.list('services')
  if (spec.clusterIP === undefined || spec.clusterIP === '') {
    spec.clusterIP = spec.clusterIPs?.[0] ?? freeAddress(new Set(others.map((other) => other.spec?.clusterIP)))
  }
  spec.clusterIPs ??= [spec.clusterIP]
  spec.ipFamilies ??= ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
  if (type === 'NodePort' || type === 'LoadBalancer') {
    const taken = new Set<unknown>(others.flatMap((other) => (other.spec?.ports ?? []).map((port: { nodePort?: number }) => port.nodePort)))
    spec.ports = (spec.ports ?? []).map((port: { nodePort?: number }) => {
      if (port.nodePort) return port
      const nodePort = freePort(taken)
      taken.add(nodePort)
      return { ...port, nodePort }
    })
  }
  return { ...service, spec }
}

function freeAddress(taken: ReadonlySet<unknown>): string {
  for (let number = 10; number < 65_535; number++) {
    const address = `10.96.${number >> 8}.${number & 255}`
    if (!taken.has(address)) return address
  }
  throw new Error('all cluster IPs are in use')
}

function freePort(taken: ReadonlySet<unknown>): number {
  for (let port = firstNodePort; port <= lastNodePort; port++) if (!taken.has(port)) return port
  throw new Error('all node ports are in use')
}

/** A replacing Service that leaves its addresses out keeps those it has. */
export function keptAddresses(live: Obj, next: Obj): Obj {
  const type = next.spec?.type ?? 'ClusterIP'
  if (type === 'ExternalName' || !live.spec || live.spec.type === 'ExternalName') return next
  const spec = { ...next.spec }
  if (!spec.clusterIP && live.spec.clusterIP) {
    spec.clusterIP = live.spec.clusterIP
    spec.clusterIPs ??= live.spec.clusterIPs
  }
  for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    if (spec[field] === undefined && live.spec[field] !== undefined) spec[field] = live.spec[field]
  }
  if (type !== 'ClusterIP') {
    const known = new Map<number, number | undefined>((live.spec.ports ?? []).map((port: PortLike) => [port.port, port.nodePort]))
    spec.ports = (spec.ports ?? []).map((port: PortLike) => {
      const nodePort = port.nodePort ?? known.get(port.port)
      return nodePort === undefined ? port : { ...port, nodePort }
    })
  }
  return { ...next, spec }
}

interface PortLike {
  port: number
  nodePort?: number
}
