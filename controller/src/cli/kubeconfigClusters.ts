import type { Clock } from '../clock.ts'
import { exchangeJson } from '../kube/body.ts'
import { kubeClient } from '../kube/client.ts'
import type { ClusterAccess } from '../kube/kubeconfig.ts'
import type { Transport } from '../kube/types.ts'
import type { Cluster, Clusters, Target } from './cluster.ts'
import { CliError } from './exit.ts'
import { programVersion } from './programVersion.ts'

/** The clusters of the kubeconfig, found as kubectl finds them. */
export function kubeconfigClusters(clock: Clock): Clusters {
  return {
    async connect(target) {
      const access = await load(target)
      const { undiciTransport } = await import('../kube/transport.ts')
      // A person at a terminal wants to hear of a busy server soon.
      const transport = undiciTransport(access, { clock, userAgent: `serin-cli/${programVersion}`, connections: 4, retries: 2 })
      return clusterOver(transport, access)
    },
    contexts: async (target) =>
      (await load(target))
        .config()
        .getContexts()
        .map(({ name }) => name),
  }
}

/** A cluster at the other end of any transport. */
export function clusterOver(transport: Transport, { server, namespace }: Pick<Cluster, 'server' | 'namespace'>): Cluster {
  return {
    client: kubeClient(transport, { fieldManager: 'serin-cli' }),
    transport,
    server,
    namespace,
    async serverVersion() {
      const { gitVersion } = (await exchangeJson(transport, { method: 'GET', path: '/version' })) as { gitVersion?: string }
      return gitVersion ?? 'not told'
    },
    close: () => transport.close(),
  }
}

/** What speaks TLS and reads kubeconfigs is large: loaded only by the verbs that need a cluster, so that help and completion are quick. */
async function load({ kubeconfig, context }: Target): Promise<ClusterAccess> {
  const { KubeConfigError, loadKubeConfig } = await import('../kube/kubeconfig.ts')
  try {
    return loadKubeConfig({ ...(kubeconfig === undefined ? {} : { path: kubeconfig }), ...(context === undefined ? {} : { context }) })
  } catch (error) {
    if (!(error instanceof KubeConfigError)) throw error
    throw new CliError(error.message, ['Name a kubeconfig with --kubeconfig or $KUBECONFIG, and one of its contexts with --context.'])
  }
}
