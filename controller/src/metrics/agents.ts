import { createHash } from 'node:crypto'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, type Dispatcher } from 'undici'
import type { Reach } from './addresses.ts'
import { SourceError } from './errors.ts'
import type { SourceTls } from './transport.ts'

/** How undici asks for the addresses of a name, as node:net does. */
export type ConnectLookup = (
  host: string,
  options: { all?: boolean | undefined },
  done: (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void,
) => void

export interface Agents {
  /** The connections for that reach and these TLS options; throws a SourceError for certificates that cannot be read. */
  for(reach: Reach, tls: SourceTls | undefined): Dispatcher
  /** Breaks off everything in flight. */
  close(): Promise<void>
}

const mostAgents = 64
const limits = {
  connections: 32,
  maxOrigins: 512,
  pipelining: 1,
  allowH2: false,
  // Shorter than servers keep them: a request into a closing connection would be lost.
  keepAliveTimeout: 15_000,
  keepAliveMaxTimeout: 30_000,
  // One time limit holds for the whole exchange instead.
  headersTimeout: 0,
  bodyTimeout: 0,
}

/**
 * Connections are shared only by requests of one reach and the same TLS options: one that was opened for the platform never carries a tenant's
 * request. At most 64 sets of connections are kept; the one unused for longest closes when its requests are done.
 */
export function openAgents(lookup: (reach: Reach) => ConnectLookup): Agents {
  const kept = new Map<string, Dispatcher>()
  const retiring = new Set<Dispatcher>()

  const retire = (agent: Dispatcher) => {
    retiring.add(agent)
    const gone = () => retiring.delete(agent)
    agent.close().then(gone, gone)
  }
  return {
    for(reach, tls) {
      const key = keyOf(reach, tls)
      const known = kept.get(key)
      const agent = known ?? new Agent({ ...limits, connect: { ...connectOptions(tls), lookup: lookup(reach) } })
      kept.delete(key)
      kept.set(key, agent)
      if (kept.size > mostAgents) {
        const [oldest] = kept
        if (oldest) {
          kept.delete(oldest[0])
          retire(oldest[1])
        }
      }
      return agent
    },
    async close() {
      const all = [...kept.values(), ...retiring]
      kept.clear()
      await Promise.all(all.map((agent) => agent.destroy().catch(() => {})))
    },
  }
}

// A digest, so that no key of a client stands in a key of ours.
function keyOf(reach: Reach, tls: SourceTls | undefined): string {
  if (!tls) return reach
  const parts = [tls.ca, tls.cert, tls.key, tls.serverName, tls.insecure ?? false]
  return `${reach} ${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

function connectOptions(tls: SourceTls | undefined) {
  if (!tls) return {}
  return {
    secureContext: secureContext(tls),
    ...(tls.serverName ? { servername: tls.serverName } : {}),
    ...(tls.insecure ? { rejectUnauthorized: false } : {}),
  }
}

function secureContext(tls: SourceTls): SecureContext {
  try {
    return createSecureContext({
      ...(tls.ca ? { ca: [...getCACertificates('default'), tls.ca] } : {}),
      ...(tls.cert ? { cert: tls.cert } : {}),
      ...(tls.key ? { key: tls.key } : {}),
    })
  } catch {
    throw new SourceError(
      'refused',
      'the certificates of spec.tls cannot be read, or the key does not belong to the certificate: write PEM',
    )
  }
}
