import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import type { ClusterAccess, Credentials, TlsMaterial } from './kubeconfig.ts'

/** Two pools to one server: requests are few and short, watches are long-lived and must never make a request wait. */
export interface Pools {
  requests: Dispatcher
  watches: Dispatcher
}

export interface Lines {
  /** The pools for this TLS material. When it changed (rotated client certificate or CA), new ones; the old close as they fall idle. */
  for(credentials: Credentials): Pools
  /** Breaks off everything in flight. */
  close(): Promise<void>
}

// API servers close idle connections after 90 s or more; closing first, at 60 s, avoids sending into a closing one.
const keepAliveMs = 60_000

export function lines(access: Pick<ClusterAccess, 'server' | 'proxy'>, connections: number): Lines {
  let current: { tls: TlsMaterial; pools: Pools } | undefined
  const all = new Set<Dispatcher>()

  const open = (tls: TlsMaterial, limit: number | null): Dispatcher => {
    const options = {
      connections: limit,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
    }
    // Probing idle connections keeps load balancers (idle limit often 60 s) from dropping quiet watches.
    const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 }
    const dispatcher = access.proxy
      ? new ProxyAgent({ ...options, uri: access.proxy, requestTls: connect })
      : new Pool(new URL(access.server).origin, { ...options, connect })
    all.add(dispatcher)
    return dispatcher
  }
  const retire = (dispatcher: Dispatcher) => {
    dispatcher.close().then(
      () => all.delete(dispatcher),
      () => all.delete(dispatcher),
    )
  }
  return {
    for({ tls }) {
      if (current && sameTls(current.tls, tls)) return current.pools
      if (current) {
        retire(current.pools.requests)
        retire(current.pools.watches)
      }
      current = { tls, pools: { requests: open(tls, connections), watches: open(tls, null) } }
      return current.pools
    },
    async close() {
      await Promise.all([...all].map((dispatcher) => dispatcher.destroy().catch(() => {})))
      all.clear()
      current = undefined
    },
  }
}

function sameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return (
    a.servername === b.servername &&
    a.rejectUnauthorized === b.rejectUnauthorized &&
    sameBytes(a.ca, b.ca) &&
    sameBytes(a.cert, b.cert) &&
    sameBytes(a.key, b.key)
  )
}

function sameBytes(a: string | Buffer | undefined, b: string | Buffer | undefined): boolean {
  if (a === b) return true
  return a !== undefined && b !== undefined && Buffer.from(a).equals(Buffer.from(b))
}
