import { type Scenario, scenario } from '../dsl/scenario.ts'

const quick = { canary: { steps: [{ weight: 50 }] } }

export const undo: Scenario[] = [
  scenario('an undo while the old version is kept warm starts no pod', async ({ given, when, then }) => {
    await given.shopWithRoute({ ...quick, keepOld: '60s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await then.hasPods('v1', 4)
    const asked = await when.asks('undo')
    await then.commandWas(asked, 'Done', 'whose pods are still there')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1', because: 'undone' })
    await then.isOrdinaryDeployment({ version: 'v1' })
    await then.everHadPods('v1', 4)
    await then.noPodRestarted('v1')
    await then.stableIs('v1')
    await then.serviceSendsTo('v1', 4)
  }),

  scenario('after an undo everything is put back, and the undone version waits for a person', async ({ given, when, then }) => {
    await given.shopWithRoute({ ...quick, keepOld: '4s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.asks('undo')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.setsAreOrdinaryHistory()
    await then.hasNoPods('v2')
    await when.imageBecomes('v2')
    await then.phaseIs('Degraded', { message: 'undone' })
    await when.asks('retry')
    await then.lastRunWas('Promoted', { id: 3, to: 'v2' })
  }),

  scenario('no request is lost in an undo', { only: 'embedded' }, async ({ given, when, then }) => {
    await given.shopWithRoute({ ...quick, keepOld: '60s' })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.asks('undo')
    await then.lastRunWas('Promoted', { to: 'v1' })
    await then.noRequestWasLost()
    await then.countsAreReset()
    await when.timePasses(1_000)
    await then.callersMetOnly('gateway', 'v1')
    await then.callersMetOnly('direct', 'v1')
  }),

  scenario('an undo after the old version is gone releases it like any other, without steps', async ({ given, when, then }) => {
    await given.shopWithRoute({ ...quick, keepOld: '1s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await then.nothingIsLeftOfTheRun()
    await then.hasNoPods('v1')
    const asked = await when.asks('undo')
    await then.commandWas(asked, 'Done', 'was written back')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
    await then.isOrdinaryDeployment({ revision: 3, version: 'v1' })
    await then.hasSets(2)
  }),

  scenario('an undo of a refused template writes the stable one back', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
    await when.asks('undo')
    await then.isOrdinaryDeployment({ version: 'v1' })
    await then.phaseIs('Healthy')
    await then.noPodRestarted('v1')
  }),

  scenario('an undo is refused where there is nothing to go back to', async ({ given, when, then }) => {
    await given.shopWithRoute(quick)
    await then.commandWas(await when.asks('undo'), 'Refused', 'no earlier version')
    await then.commandWas(await when.asks('undo', { revision: 'nonsense' }), 'Refused', 'no ReplicaSet of version nonsense')
  }),

  scenario('the undo of an undo within the time goes forth again', async ({ given, when, then }) => {
    await given.shopWithRoute({ ...quick, keepOld: '60s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.asks('undo')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
    await when.asks('undo')
    await then.lastRunWas('Promoted', { id: 3, to: 'v2' })
    await then.isOrdinaryDeployment({ version: 'v2' })
    await then.everHadPods('v1', 4)
    await then.everHadPods('v2', 4)
  }),
]
