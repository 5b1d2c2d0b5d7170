import { inject } from 'vitest'
import type { ApiClient } from './apiClient.ts'
import type {} from './globalSetup.ts'
import { httpsClient } from './httpsClient.ts'
import { credentialsOf } from './kubeconfig.ts'
import type { UserName } from './users.ts'

export interface ClusterClients {
  client(user: UserName): ApiClient
  close(): void
}

/** The cluster of this test run as its users see it: one client a user, with sockets that stay open. */
export function clusterClients(): ClusterClients {
  const paths = inject('kubeconfigs')
  const clients = new Map<UserName, ReturnType<typeof httpsClient>>()
  return {
    client(user) {
      let client = clients.get(user)
      if (!client) {
        const { url, ...credentials } = credentialsOf(paths[user])
        client = httpsClient(url, credentials)
        clients.set(user, client)
      }
      return client
    },
    close() {
      for (const client of clients.values()) client.close()
    },
  }
}
