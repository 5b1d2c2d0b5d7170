import { KubeConfig } from '@kubernetes/client-node'
import { type ClusterAccess, clusterAccess } from '../kubeconfig.ts'

/** Access to a server of a test; `token` is asked anew at each load, as a rotated kubeconfig would give it. */
export function accessTo(server: string, options: { ca?: string; token?: () => string; user?: object } = {}): ClusterAccess {
  return clusterAccess(() => {
    const config = new KubeConfig()
    config.loadFromOptions({
      clusters: [{ name: 'c', server, ...(options.ca ? { caData: Buffer.from(options.ca).toString('base64') } : {}) }],
      users: [{ name: 'u', ...(options.token ? { token: options.token() } : {}), ...options.user }],
      contexts: [{ name: 'x', cluster: 'c', user: 'u', namespace: 'team' }],
      currentContext: 'x',
    })
    return config
  })
}
