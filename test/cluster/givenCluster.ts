import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installGatewayApi } from './gatewayApi.ts'
import { httpsClient } from './httpsClient.ts'
import { credentialsOf, impersonating } from './kubeconfig.ts'
import type { TestCluster } from './testCluster.ts'
import type { UserName } from './users.ts'

/** A cluster that somebody else runs, its pods and gateway with it. The test users are impersonated. */
export async function givenCluster(path: string): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-given-cluster-'))
  const kubeconfigFor = async (user: UserName) => {
    if (user === 'admin') return path
    const file = join(folder, `${user}.kubeconfig`)
    await writeFile(file, impersonating(path, user), { mode: 0o600 })
    return file
  }
  const { url, ...credentials } = credentialsOf(path)
  const admin = httpsClient(url, credentials)
  try {
    await installGatewayApi(admin)
  } finally {
    admin.close()
  }
  return { kind: 'given', kubeconfigFor, stop: () => rm(folder, { recursive: true, force: true }) }
}
