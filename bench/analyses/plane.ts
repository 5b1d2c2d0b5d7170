import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiClient } from '../../test/cluster/apiClient.ts'
import { httpsClient } from '../../test/cluster/httpsClient.ts'
import { credentialsOf, kubeconfig } from '../../test/cluster/kubeconfig.ts'
import { testUsers } from '../../test/cluster/users.ts'
import { startPlane } from '../control/plane.ts'
import { startHelper } from './child.ts'
import type { Options } from './options.ts'

/** A Kubernetes API with Serin's kinds, and no controller of Serin yet. */
export interface Api {
  readonly client: ApiClient
  /** For the controller. */
  readonly kubeconfig: string
  stop(): Promise<void>
}

/** In a given cluster the kinds must be installed; namespaces named `bench-...` are made in it, and deleted at the end. */
export async function startApi(plane: Options['plane']): Promise<Api> {
  switch (plane.kind) {
    case 'real': {
      const { control, client, stop } = await startPlane()
      return { client, kubeconfig: control.kubeconfigFor('serin'), stop }
    }
    case 'embedded': {
      const server = await startHelper(new URL('./server/main.ts', import.meta.url))
      const folder = mkdtempSync(join(tmpdir(), 'serin-bench-'))
      const file = join(folder, 'kubeconfig')
      writeFileSync(file, kubeconfig({ url: server.url, ca: '', token: testUsers.serin.token }))
      const client = httpsClient(server.url, {})
      const stop = async () => {
        client.close()
        await server.stop()
        rmSync(folder, { recursive: true, force: true })
      }
      return { client, kubeconfig: file, stop }
    }
    case 'given': {
      const { url, ...credentials } = credentialsOf(plane.kubeconfig)
      const client = httpsClient(url, credentials)
      return { client, kubeconfig: plane.kubeconfig, stop: async () => client.close() }
    }
  }
}
