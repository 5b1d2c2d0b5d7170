import { autoscaledShop, canaryGrewOnly, cpu, external, memoryOf, sizeWas } from '../dsl/autoscaling.ts'
import { ended } from '../dsl/evidence.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

const minute = 60_000
const only = { only: 'embedded' } as const

/** Each weight is held long enough for an autoscaler to look many times, and the whole run longer than it remembers. */
const steps = [10, 50, 100].flatMap((weight) => [{ weight }, { pause: { for: '3m' } }])
const canary = { steps }
const halfThenAsk = { steps: [{ weight: 50 }, { pause: {} }] }

/** An autoscaler is in charge of the Deployment's size all the time, runs included. */
export const autoscaling: Scenario[] = [
  scenario('under a steady load the size stays, through every weight, the hand-over and after it', only, async (story) => {
    const { when, then, world } = story
    const shop = await autoscaledShop(story, { metrics: [cpu], spec: { canary, keepOld: '6m' } })
    await sizeWas(world, shop, 6, 6)
    await when.imageBecomes('v2')
    await ended(world, 15 * minute)
    await then.lastRunWas('Promoted')
    await when.timePasses(7 * minute)
    await then.nothingIsLeftOfTheRun()
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await sizeWas(world, shop, 5, 7)
    await then.noRequestWasLost()
  }),

  scenario('the load doubles in mid-run: stable grows rightly, and nothing is taken from the canary', only, async (story) => {
    const { when, then, world } = story
    const shop = await autoscaledShop(story, { metrics: [cpu], spec: { canary: halfThenAsk } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.timePasses(minute)
    shop.load(24)
    await when.timePasses(3 * minute)
    await then.hasPods('v1', 12)
    canaryGrewOnly(shop)
    await when.asks('promote')
    await ended(world, 5 * minute)
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 12)
    await sizeWas(world, shop, 6, 13)
    await then.noPodRestarted('v2')
    await then.noRequestWasLost()
  }),

  scenario('the load falls to a third in mid-run', only, async (story) => {
    const { when, then, world } = story
    const shop = await autoscaledShop(story, { metrics: [cpu], spec: { canary: halfThenAsk } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    shop.load(4)
    await when.timePasses(7 * minute)
    await then.hasPods('v1', 2)
    await when.asks('promote')
    await ended(world, 5 * minute)
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 2)
    await then.noRequestWasLost()
  }),

  scenario('the load doubles, and then the run is aborted', only, async (story) => {
    const { when, then, world } = story
    const shop = await autoscaledShop(story, { metrics: [cpu], spec: { canary: halfThenAsk } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    shop.load(24)
    await when.timePasses(3 * minute)
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await when.timePasses(7 * minute)
    await then.deploymentIsHeld('v2')
    await then.hasNoPods('v2')
    await then.hasPods('v1', 12)
    await sizeWas(world, shop, 6, 13)
    await then.noRequestWasLost()
  }),

  scenario('memory that is in use without a load makes it larger for the time of the run', only, async (story) => {
    const { when, then, world } = story
    // 30 of 100 MiB are there without a request: with a canary of equal size beside it 6 (1 - 0.3) / (1 - 0.6) = 10.5
    const memory = { mib: 30, mibPerRequestRate: 35 }
    const shop = await autoscaledShop(story, { metrics: [memoryOf(100)], memory, spec: { canary, keepOld: '2m' } })
    await sizeWas(world, shop, 6, 6)
    await when.imageBecomes('v2')
    await ended(world, 15 * minute)
    await then.lastRunWas('Promoted')
    await sizeWas(world, shop, 6, 11)
    canaryGrewOnly(shop)
    await when.timePasses(20 * minute)
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    // Seven use 90 of 100 MiB each, which is within the tolerance of an autoscaler that comes from above.
    await then.hasPods('v2', 7)
    await then.noRequestWasLost()
  }),

  scenario('a number from outside the cluster does not even notice the canary', only, async (story) => {
    const { when, then, world } = story
    const metric = external('requests', { type: 'AverageValue', averageValue: '2' })
    const shop = await autoscaledShop(story, { metrics: [metric], spec: { canary } })
    await when.imageBecomes('v2')
    await ended(world, 15 * minute)
    await then.lastRunWas('Promoted')
    await sizeWas(world, shop, 6, 6)
    shop.load(18)
    await when.timePasses(minute)
    await then.hasPods('v2', 9)
  }),

  scenario('without a route the canary is pods of the same crowd, and the size stays', only, async (story) => {
    const { when, then, world } = story
    const proportion = { steps: [10, 30, 50].flatMap((weight) => [{ weight }, { pause: { for: '3m' } }]) }
    const shop = await autoscaledShop(story, { metrics: [cpu], spec: { mode: 'Pods', canary: proportion } })
    await when.imageBecomes('v2')
    await then.runIs({ mode: 'Pods', step: 1 })
    await ended(world, 15 * minute)
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await when.timePasses(7 * minute)
    await sizeWas(world, shop, 5, 7)
    await then.noRequestWasLost()
  }),
]
