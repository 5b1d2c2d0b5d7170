import { type Scenario, scenario } from '../dsl/scenario.ts'

const manual = { blueGreen: { approve: 'manual' } }

/** A full-size new version beside the old one, and one switch. */
export const blueGreen: Scenario[] = [
  scenario('a manual switch waits for a person, with the new version behind its preview', async ({ given, when, then }) => {
    await given.shopWithService({ blueGreen: { approve: 'manual', previewService: 'shop-preview' }, keepOld: '4s' })
    await when.imageBecomes('v2')
    await then.hasPods('v2', 4)
    await then.runIs({ id: 1, mode: 'Switch', step: 1, weight: 0 })
    await then.phaseIs('Paused')
    await then.serviceIsPinnedTo('v1')
    await then.serviceSendsTo('v2', 4, 'shop-preview')
    await then.serviceSendsTo('v1', 4)
    await when.asks('promote')
    await then.serviceSendsTo('v2', 4)
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v1', 4)
    await then.nothingIsLeftOfTheRun()
    await then.hasPods('v1', 0)
    await then.noPodRestarted('v2')
    await then.everHadPods('v2', 4)
    await then.serviceIsAsBefore()
    await then.serviceIsGone('shop-preview')
    await then.setsAreOrdinaryHistory()
  }),

  scenario('an automatic switch needs nobody', async ({ given, when, then }) => {
    await given.shopWithService({ blueGreen: {} })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.everHadPods('v2', 4)
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
  }),

  scenario('a switch by the clock', async ({ given, when, then }) => {
    await given.shopWithService({ blueGreen: { approve: 'manual', autoPromoteAfter: '2s' } })
    await when.imageBecomes('v2')
    await then.waitsFor('a pause of 2s to end')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario('a small preview grows before the switch', async ({ given, when, then }) => {
    await given.shopWithService({ blueGreen: { approve: 'manual', previewReplicas: 1 } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1 })
    await then.hasPods('v2', 1)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
  }),

  scenario('no request is lost in a switch', { only: 'embedded' }, async ({ given, when, then }) => {
    await given.shopWithService(manual)
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1 })
    await then.callersMetOnly('direct', 'v1')
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await when.timePasses(1_000)
    await then.noRequestWasLost()
    await then.countsAreReset()
    await when.timePasses(1_000)
    await then.callersMetOnly('direct', 'v2')
  }),

  scenario('a rejected preview goes, and nobody ever met it', async ({ given, when, then }) => {
    await given.shopWithService(manual)
    await when.imageBecomes('v2')
    await then.runIs({ step: 1 })
    await when.asks('reject', { reason: 'the button is green' })
    await then.lastRunWas('Aborted', { because: 'the button is green' })
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
    await then.hasNoPods('v2')
    await then.serviceSendsTo('v1', 4)
    await then.deploymentIsHeld('v2')
  }),

  scenario('blue/green over a route moves the whole weight at once', async ({ given, when, then }) => {
    await given.shopWithRoute(manual)
    await when.imageBecomes('v2')
    await then.runIs({ mode: 'Routes', step: 1, weight: 0 })
    await then.hasPods('v2', 4)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('red/black: back to the old version within its time, without a new pod', async ({ given, when, then }) => {
    await given.shopWithService({ blueGreen: {}, keepOld: '60s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.asks('undo')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
    await then.everHadPods('v1', 4)
    await then.serviceSendsTo('v1', 4)
  }),
]
