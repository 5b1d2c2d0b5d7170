import { type Scenario, scenario } from '../dsl/scenario.ts'

/** No router: the number of pods is the weight. */
export const pods: Scenario[] = [
  scenario('pods in proportion come as near to the weight as they can', async ({ given, when, then }) => {
    await given.shopOfPods({ canary: { steps: [{ weight: 20 }, { pause: {} }, { weight: 50 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, mode: 'Pods', step: 1, weight: 20 })
    await then.hasPods('v2', 1)
    await then.hasPods('v1', 4)
    await when.asks('promote')
    await then.runIs({ step: 3, weight: 50 })
    await then.hasPods('v2', 4)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
    await then.hasPods('v1', 0)
    await then.setsAreOrdinaryHistory()
  }),

  scenario('pods in proportion are rolled back by removing them', async ({ given, when, then }) => {
    await given.shopOfPods({ canary: { steps: [{ weight: 20 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await then.hasNoPods('v2')
    await then.noPodRestarted('v1')
    await then.nothingIsLeftOfTheRun()
    await then.deploymentIsHeld('v2')
  }),

  scenario('a Service without a route sends to both versions, and is never pinned', { only: 'embedded' }, async ({ given, when, then }) => {
    await given.shopWithService({ canary: { steps: [{ weight: 20 }, { pause: {} }] } })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ mode: 'Pods', step: 1, weight: 20 })
    await then.serviceIsAsBefore()
    await then.countsAreReset()
    await when.timePasses(5_000)
    await then.callersMetOnly('direct', 'v1', 'v2')
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await then.noRequestWasLost()
  }),

  scenario('one pod only: the canary is as large as stable', async ({ given, when, then }) => {
    await given.shopOfPods({ canary: { steps: [{ weight: 10 }, { pause: {} }] } }, { replicas: 1 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await then.hasPods('v2', 1)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.everHadPods('v2', 1)
  }),

  scenario('the cheap hand-over takes pods in proportion past 50 %', async ({ given, when, then, world }) => {
    world.invariants.except('one active set')
    await given.shopOfPods({ handOver: { at: 50 }, canary: { steps: [{ weight: 50 }, { pause: {} }] } }, { replicas: 4 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    const serving = world.pods
      .all()
      .filter(({ version }) => version === 'v2')
      .map(({ name }) => name)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    // The native rolling update may add a surge pod of v2 for a moment, and take that one away again.
    await then.podsStayed(serving)
    await then.setsAreOrdinaryHistory()
  }),
]
