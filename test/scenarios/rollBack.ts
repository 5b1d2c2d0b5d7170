import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

/** Weight, confirmation, drain, pods; then everything as it was, and the refused template stays held. */
export const rollBack: Scenario[] = [
  scenario('an aborted run goes back and leaves the Deployment held on stable pods', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.may('anna', 'abort')
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    const asked = await when.asks('abort', { as: 'anna', reason: 'errors in the log' })
    await then.commandWas(asked, 'Done', 'errors in the log')
    await then.lastRunWas('Aborted', { because: 'anna aborted it: errors in the log', by: 'anna' })
    await then.nothingIsLeftOfTheRun()
    await then.deploymentIsHeld('v2')
    await then.phaseIs('Degraded', { message: 'errors in the log' })
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.serviceIsGone('shop-canary')
    await then.hasNoPods('v2')
    await then.noPodRestarted('v1')
    await then.setsAreOrdinaryHistory()
  }),

  scenario('the canary stays up, without requests, for a look at it', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, rollback: { keepCanaryFor: '6s' } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await then.waitsFor('the refused version to be removed')
    await then.routeGives(0)
    await then.hasPods('v2', 1)
    await then.lastRunWas('Aborted')
    await then.hasNoPods('v2')
  }),

  scenario('a refused template is not tried again by itself, not even when it comes anew', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
    await when.imageBecomes('v1')
    await then.isOrdinaryDeployment({ version: 'v1' })
    await then.phaseIs('Healthy')
    await when.imageBecomes('v2')
    await then.phaseIs('Degraded', { message: 'aborted it' })
    await when.timePasses(3_000)
    await then.runsWere('Aborted')
    await then.everHadPods('v2', 1)
  }),

  scenario('a retry takes the refused version through its steps again', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
    const asked = await when.asks('retry')
    await then.commandWas(asked, 'Done')
    await then.runIs({ id: 2, trigger: 'Retry', to: 'v2', step: 1, weight: 20 })
    await then.hasSets(2)
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 2 })
    await then.isOrdinaryDeployment({ version: 'v2' })
  }),

  scenario('a new template after a rollback starts a new run', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('unready')
    await then.lastRunWas('RolledBack')
    await when.imageBecomes('v3')
    await then.runIs({ id: 2, to: 'v3', step: 1, weight: 20 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 2 })
    await then.isOrdinaryDeployment({ version: 'v3' })
  }),

  scenario('with revertTemplate the stable template is written back', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, rollback: { revertTemplate: true } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await then.isOrdinaryDeployment({ version: 'v1' })
    await then.noPodRestarted('v1')
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('going back to a version that was promoted before leaves out the steps', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1 })
    await when.asks('promote')
    await then.nothingIsLeftOfTheRun()
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.imageBecomes('v1')
    await then.lastRunWas('Promoted', { to: 'v1', because: 'steps were skipped' })
    await then.isOrdinaryDeployment({ revision: 3, version: 'v1' })
    await then.hasSets(2)
  }),

  scenario(
    'stable loses pods while it goes back: weight returns only as fast as it can carry it',
    { only: 'embedded' },
    async ({ given, when, then, world }) => {
      await given.shopWithRoute({ canary: { steps: [{ weight: 50 }, { pause: {} }] } })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 50 })
      world.cluster.inside?.images.set('demo:v1', { startMs: 6_000 })
      const pods = await world.api.list('Pod', 'app=shop')
      const stable = pods.filter(({ spec }) => spec.containers[0].image === 'demo:v1').slice(0, 3)
      for (const { metadata } of stable) await when.deleted('Pod', metadata.name)
      await world.expect('stable to have one available pod', async () => {
        const { availableReplicas } = (await world.api.get('Deployment', 'shop'))?.status ?? {}
        return availableReplicas === 1 ? undefined : `${availableReplicas}`
      })
      await when.asks('abort')
      await then.waitsFor('stable to have its 4 pods back')
      await then.routeGives(50)
      await then.lastRunWas('Aborted')
      await then.nothingIsLeftOfTheRun()
      await then.routeIsAsBefore()
    },
  ),
]
