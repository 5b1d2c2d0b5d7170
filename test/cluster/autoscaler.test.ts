import { expect, inject, it } from 'vitest'
import { cpu } from '../dsl/autoscaling.ts'
import { autoscalerObject, shop } from '../dsl/objects.ts'
import { install, realCluster } from '../dsl/real.ts'
import { scenario, tellOn } from '../dsl/scenario.ts'
import { clusterClients } from './clusterClients.ts'
import type {} from './globalSetup.ts'
import { pretendMetrics } from './pretendedMetrics.ts'

const kubeconfigs = inject('kubeconfigs')

/** The autoscaler of a real controller manager, which looks every second; what pods use is pretended. */
const release = scenario('under the real autoscaler', async ({ given, when, then, world }) => {
  const { client, close } = clusterClients()
  const metrics = await pretendMetrics(client('admin'), world.namespace, `app=${shop}`)
  const size = async (): Promise<number> => (await world.api.get('Deployment', shop))?.spec.replicas
  const sizes: number[] = []
  const watched = async (ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end; await world.cluster.pass(100)) sizes.push(await size())
  }
  try {
    // 560 thousandths of a core, of which a pod shall use 100: six pods
    metrics.use(560)
    const steps = [10, 50, 100].flatMap((weight) => [{ weight }, { pause: {} }])
    await given.shopWithRoute({ canary: { steps } }, { replicas: 6, requests: { cpu: '200m' } })
    // Samples of fewer pods would be answered with more, for five minutes.
    await world.cluster.pass(4_000)
    await world.api.create(autoscalerObject([cpu]))
    const condition = async (type: string) =>
      (await world.api.get('HorizontalPodAutoscaler', shop))?.status?.conditions?.find((one: { type: string }) => one.type === type)
    await world.expect('the autoscaler to work', async () => {
      const active = await condition('ScalingActive')
      return active?.status === 'True' ? undefined : JSON.stringify(active ?? 'no condition')
    })
    await when.imageBecomes('v2')
    for (const step of [1, 3, 5]) {
      await then.runIs({ step })
      await watched(4_000)
      if (step < 5) await when.asks('promote')
    }
    // Samples are of several moments: when pods come, one more may be asked for, and stays for five minutes.
    expect(sizes.filter((one) => one < 6 || one > 7)).toEqual([])
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await watched(2_000)
    await then.hasPods('v2', await size())
    await then.noPodRestarted('v2')
    expect(sizes.filter((one) => one < 6 || one > 7)).toEqual([])
  } finally {
    await metrics.stop()
    close()
  }
})

it.skipIf(inject('clusterKind') === 'given')(
  'a release keeps its size through every weight and the hand-over',
  { timeout: 240_000 },
  async () => {
    await install(kubeconfigs.admin)
    const cluster = realCluster({ kubeconfigs, seed: 1 })
    try {
      await tellOn(cluster, release)
    } finally {
      await cluster.stop()
    }
  },
)
