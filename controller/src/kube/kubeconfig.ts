import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

/** Everything needed to reach one cluster, and how to get its credentials anew. */
export interface ClusterAccess {
  /** URL of the API server; may end in a path, as behind Rancher. */
  server: string
  /** URL of an HTTP proxy to go through. */
  proxy?: string
  context: string
  /** The context's namespace; in a pod, the pod's own. */
  namespace: string
  /** What to authenticate with now. Reads rotated token and CA files, runs exec plugins; may throw what they throw. */
  credentials(): Promise<Credentials>
  /** As `credentials`, after forgetting everything read or cached so far. For the moment after a 401. */
  refresh(): Promise<Credentials>
  /** The library's view of the same, for what only the library does (exec, port-forward, log streams). */
  config(): KubeConfig
}

export interface Credentials {
  headers: Record<string, string>
  tls: TlsMaterial
}

export interface TlsMaterial {
  ca?: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
  servername?: string
  rejectUnauthorized?: boolean
}

/** There is no configuration to be found, or it does not name a cluster. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError'
}

/**
 * Finds the cluster as kubectl does: the given file, else $KUBECONFIG, else ~/.kube/config, else the pod's service account.
 * Throws a KubeConfigError when nothing is found, the context does not exist or its proxy is of a kind we do not speak.
 */
export function loadKubeConfig(options: { path?: string; context?: string } = {}): ClusterAccess {
  return clusterAccess(() => {
    const config = new KubeConfig()
    try {
      if (options.path !== undefined) config.loadFromFile(options.path)
      else config.loadFromDefault()
    } catch (cause) {
      throw new KubeConfigError(`cannot read the kubeconfig: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
    if (options.context !== undefined) config.setCurrentContext(options.context)
    return config
  })
}

/** The access that a loader gives; the loader is called again to refresh. */
export function clusterAccess(load: () => KubeConfig): ClusterAccess {
  let config = usable(load())
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new KubeConfigError('no cluster')
  const credentials = async () => credentialsOf(config)
  return {
    server: cluster.server,
    ...(cluster.proxyUrl ? { proxy: cluster.proxyUrl } : {}),
    context: config.getCurrentContext(),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace || 'default',
    credentials,
    async refresh() {
      config = usable(load())
      return credentials()
    },
    config: () => config,
  }
}

/** The same cluster with nothing of ours to authenticate with, neither header nor certificate: a request is by whom its own headers say. */
export function withoutCredentials(access: ClusterAccess): ClusterAccess {
  const bare = ({ tls: { cert: _, key: __, ...tls } }: Credentials): Credentials => ({ headers: {}, tls })
  return { ...access, credentials: async () => bare(await access.credentials()), refresh: async () => bare(await access.refresh()) }
}

function usable(config: KubeConfig): KubeConfig {
  const name = config.getCurrentContext()
  const context = config.getContextObject(name)
  if (!context) {
    const known = config.getContexts().map((each) => each.name)
    throw new KubeConfigError(`no context '${name ?? ''}' in the kubeconfig; it has ${known.length > 0 ? known.join(', ') : 'none'}`)
  }
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new KubeConfigError(`context '${name}' names cluster '${context.cluster}', which the kubeconfig does not have`)
  // What the library falls back to when it finds nothing at all.
  if (name === 'loaded-context' && cluster.server === 'http://localhost:8080') {
    throw new KubeConfigError('no kubeconfig found and not running in a pod; set KUBECONFIG or name a file')
  }
  if (cluster.proxyUrl?.startsWith('socks')) throw new KubeConfigError(`proxy ${cluster.proxyUrl}: only HTTP proxies can be used`)
  // Over plain HTTP there is nothing to verify, yet the library asks for this flag.
  if (cluster.server.startsWith('http:')) {
    config.clusters = config.clusters.map((each) => (each === cluster ? { ...each, skipTLSVerify: true } : each))
  }
  return config
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // Token files may end in a newline, which no header can carry.
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim()
  }
  if (options.auth && !headers.authorization) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key, servername, rejectUnauthorized } = options
  return {
    headers,
    tls: {
      ...(ca ? { ca: ca as string | Buffer } : {}),
      ...(cert ? { cert: cert as string | Buffer } : {}),
      ...(key ? { key: key as string | Buffer } : {}),
      ...(servername ? { servername } : {}),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    },
  }
}
