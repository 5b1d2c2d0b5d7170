import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

/** The workload's size changes while it is released. */
export const scaling: Scenario[] = [
  scenario('scaled up in mid-run: both versions follow at once', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 25 }, { pause: {} }, { weight: 50 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 25 })
    await when.scaledTo(8)
    await then.hasPods('v1', 8)
    await then.hasPods('v2', 2)
    await then.runIs({ id: 1, step: 1, weight: 25 })
    await when.asks('promote')
    await then.runIs({ step: 3, weight: 50 })
    await then.hasPods('v2', 4)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 8)
    await then.noPodRestarted('v2')
  }),

  scenario('scaled up while somebody paused it', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 100 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 100 })
    await when.asks('pause')
    await when.scaledTo(6)
    await then.hasPods('v2', 6)
    await then.waitsFor('somebody to resume it')
  }),

  scenario('scaled down in mid-run', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }, { pause: {} }] } }, { replicas: 6 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.scaledTo(2)
    await then.hasPods('v1', 2)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 2)
    await then.nothingIsLeftOfTheRun()
    await then.setsAreOrdinaryHistory()
  }),

  scenario('scaled while it is being promoted', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } })
    await when.imageBecomes('v2')
    await then.runIs({ stage: 'Promoting' })
    await when.scaledTo(6)
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 6)
    await then.noPodRestarted('v2')
  }),

  scenario('scaled while it goes back', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, rollback: { keepCanaryFor: '2s' } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await when.scaledTo(7)
    await then.lastRunWas('Aborted')
    await then.hasPods('v1', 7)
    await then.hasNoPods('v2')
    await then.deploymentIsHeld('v2')
    await when.scaledTo(2)
    await then.hasPods('v1', 2)
  }),

  scenario('the kept old version does not hinder scaling', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, keepOld: '20s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await when.scaledTo(6)
    await then.hasPods('v2', 6)
    await then.hasPods('v1', 4)
    await when.asks('undo')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
    await then.hasPods('v1', 6)
    await then.isOrdinaryDeployment({ version: 'v1' })
  }),
]
