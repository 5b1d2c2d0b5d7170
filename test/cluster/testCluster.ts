import { startControlPlane } from './controlPlane.ts'
import { installGatewayApi } from './gatewayApi.ts'
import { givenCluster } from './givenCluster.ts'
import { pretendGateway } from './pretendedGateway.ts'
import { pretendPods } from './pretendedPods.ts'
import type { UserName } from './users.ts'

/** A real cluster to test on, with Gateway API. */
export interface TestCluster {
  /** Whether it was started for the tests (pods and the gateway are then pretended) or named by KUBECONFIG. */
  kind: 'own' | 'given'
  /** A file by which programs speak to the cluster as one of the test users. */
  kubeconfigFor(user: UserName): Promise<string>
  stop(): Promise<void>
}

/** The cluster that KUBECONFIG names, else a control plane of our own with pretended pods and a pretended gateway. */
export async function openTestCluster(): Promise<TestCluster> {
  if (process.env.KUBECONFIG) return givenCluster(process.env.KUBECONFIG)
  const controlPlane = await startControlPlane()
  try {
    await installGatewayApi(controlPlane.client())
    const pods = await pretendPods(controlPlane.client())
    const gateway = await pretendGateway(controlPlane.client())
    return {
      kind: 'own',
      kubeconfigFor: async (user) => controlPlane.kubeconfigFor(user),
      async stop() {
        await Promise.all([pods.stop(), gateway.stop()])
        await controlPlane.stop()
      },
    }
  } catch (error) {
    await controlPlane.stop()
    throw error
  }
}
