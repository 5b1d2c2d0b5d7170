import { shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

/** Others who want the same things. */
export const rivals: Scenario[] = [
  scenario('of two Rollouts on one Deployment the older wins, and the younger says so', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.timePasses(1_500)
    await given.rollout({ workload: { name: shop }, traffic: { routes: [] } }, { name: 'younger', await: false })
    await then.conditionIs('Ready', 'False', 'WorkloadTaken', 'younger')
    await then.deploymentIsManaged('shop')
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.conditionIs('Ready', 'False', 'WorkloadTaken', 'younger')
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
    await when.imageBecomes('v1')
    await when.deleted('Rollout', 'shop')
    await then.rolloutIsGone()
    await then.phaseIs('Healthy', { name: 'younger' })
    await then.deploymentIsManaged('younger')
  }),

  scenario('a Deployment that its own controller was rolling out is first left to finish', async ({ given, when, then }) => {
    await given.deployment()
    await given.service()
    await given.httpRoute()
    await when.imageBecomes('slow')
    await given.rollout({ canary: twentyThenAsk })
    await then.stableIs('slow')
    await then.isOrdinaryDeployment({ revision: 2, version: 'slow' })
    await then.runsWere()
  }),

  scenario('a Deployment that says never two at once needs allowOverlap', async ({ given, when, then }) => {
    await given.deployment({ strategy: { type: 'Recreate' } })
    await given.service()
    await given.httpRoute()
    await given.rollout({ canary: twentyThenAsk }, { await: false })
    await then.conditionIs('Ready', 'False', 'NeverTwo')
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await when.rolloutIsPatched({ allowOverlap: true })
    await then.runIs({ id: 1, step: 1, weight: 20 })
  }),
]
