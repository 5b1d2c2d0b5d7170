import type { KubeClient, Transport } from '../kube/types.ts'

/** The cluster a verb talks to, and how it is spoken of. */
export interface Cluster {
  client: KubeClient
  /** The same, for what the client has no verb for. */
  transport: Transport
  /** Address of the API server, for sentences. */
  server: string
  /** Namespace of the context; `default` where it names none. */
  namespace: string
  /** Version of the API server, e.g. `v1.36.3`. */
  serverVersion(): Promise<string>
  close(): Promise<void>
}

export interface Target {
  kubeconfig?: string
  context?: string
}

/** Ways to reach clusters. `connect` throws a CliError when the kubeconfig cannot be used; it sends nothing yet. */
export interface Clusters {
  connect(target: Target): Promise<Cluster>
  contexts(target: Target): Promise<string[]>
}
