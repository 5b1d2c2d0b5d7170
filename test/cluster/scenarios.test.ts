import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { install, realCluster } from '../dsl/real.ts'
import { compared } from '../dsl/requests.ts'
import { tellOn } from '../dsl/scenario.ts'
import { groups } from '../scenarios/groups.ts'
import { startControlPlane } from './controlPlane.ts'
import { installGatewayApi } from './gatewayApi.ts'
import type {} from './globalSetup.ts'
import { pretendGateway } from './pretendedGateway.ts'
import { pretendPods } from './pretendedPods.ts'
import { testUsers, type UserName } from './users.ts'

const kubeconfigs = inject('kubeconfigs')
const seed = Number(process.env.SEED ?? 1)
const patienceMs = 240_000

/** The same stories as on the embedded cluster, several at a time, each in a namespace of its own. */
describe.concurrent('on one real cluster', () => {
  beforeAll(() => install(kubeconfigs.admin))
  for (const [group, scenarios] of Object.entries(groups)) {
    for (const scenario of scenarios) {
      if (scenario.only === 'embedded' || scenario.alone) continue
      it(`${group}: ${scenario.name}`, { timeout: patienceMs }, async () => {
        const cluster = realCluster({ kubeconfigs, seed })
        try {
          await tellOn(cluster, scenario)
        } finally {
          await cluster.stop()
        }
      })
    }
  }
})

/** Those that disturb the whole cluster have one of their own, one after the other. */
describe.skipIf(inject('clusterKind') === 'given')('on a real cluster of their own', () => {
  const started = Promise.withResolvers<Awaited<ReturnType<typeof start>>>()
  beforeAll(async () => {
    started.resolve(await start())
  })
  afterAll(async () => {
    await (await started.promise).stop()
  })
  for (const scenario of Object.values(groups).flat()) {
    if (scenario.only === 'embedded' || !scenario.alone) continue
    it(scenario.name, { timeout: patienceMs }, async () => {
      const { controlPlane, gateway, files } = await started.promise
      gateway.behave({ reports: true })
      const cluster = realCluster({
        kubeconfigs: files,
        seed,
        restartApiServer: () => controlPlane.restartApiServer(),
        gateway: (manners) => gateway.behave(manners),
      })
      try {
        await tellOn(cluster, scenario)
      } finally {
        await cluster.stop()
      }
    })
  }
})

/** Asked only after hours or days, when something is told again, or when what was made is not seen yet: for sure on the embedded cluster alone, whose time passes quickly, and where controllers die at every write. */
const inTime = [
  'delete serin.dev/analysisruns in a namespace',
  'delete serin.dev/rolloutcommands in a namespace',
  'delete serin.dev/notifications in a namespace',
  'patch events.k8s.io/events in a namespace',
  'get apps/replicasets in a namespace',
]

// Last: it looks at what all of them asked, and so needs all of them told.
describe('the rights of the controller', () => {
  it('are what all of these scenarios together needed', () => {
    const { missing, spare } = compared()
    expect({ missing, spare: spare.filter((right) => !inTime.includes(right)) }).toEqual({ missing: [], spare: [] })
  })
})

async function start() {
  const controlPlane = await startControlPlane()
  await installGatewayApi(controlPlane.client())
  const pods = await pretendPods(controlPlane.client())
  const gateway = await pretendGateway(controlPlane.client())
  const names = Object.keys(testUsers) as UserName[]
  const files = Object.fromEntries(names.map((name) => [name, controlPlane.kubeconfigFor(name)])) as Record<UserName, string>
  await install(files.admin)
  return {
    controlPlane,
    gateway,
    files,
    async stop() {
      await Promise.all([pods.stop(), gateway.stop()])
      await controlPlane.stop()
    },
  }
}
