import { sleep } from '../../controller/src/clock.ts'
import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { told } from '../dsl/world.ts'

const handsOver = /PATCH \/apis\/apps\/v1\/namespaces\/[^/]+\/replicasets\/.*"kind":"Deployment".*"controller":true/
const letsGo = /PATCH \/apis\/apps\/v1\/namespaces\/[^/]+\/deployments\/shop\?.*"\/spec\/paused","value":false/

/** The owners change places: at no moment are two sets with pods the Deployment's, and no pod restarts. */
export const handOver: Scenario[] = [
  scenario('an autoscaler that changes the size between the swap and letting go does no harm', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } }, { replicas: 4 })
    await when.justBefore(letsGo, () => when.scaledTo(6))
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 6)
    await then.noPodRestarted('v2')
  }),

  scenario('an autoscaler that changes the size in the middle of the swap does no harm', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } }, { replicas: 4 })
    await when.justBefore(handsOver, async () => {
      await when.scaledTo(7)
      // Time for the native controller to see it.
      await sleep(world.cluster.clock, 200)
    })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 7)
    await then.noPodRestarted('v2')
  }),

  scenario('the Deployment looks as if the native controller had rolled it out', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } })
    await when.imageBecomes('v2')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.belongsToDeployment('v2')
    await then.nothingIsLeftOfTheRun()
    await world.expect('the condition of a finished roll-out', async () => {
      const { conditions = [] } = (await world.api.get('Deployment', 'shop'))?.status ?? {}
      const progressing = conditions.find(({ type }: { type: string }) => type === 'Progressing')
      return progressing?.reason === 'NewReplicaSetAvailable' ? undefined : told(progressing)
    })
    await then.setsAreOrdinaryHistory()
    // What is native can be done natively: a change by the native controller alone, once the Rollout is gone.
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await then.deploymentIsNotManaged()
    await when.imageBecomes('v3')
    await then.isOrdinaryDeployment({ revision: 3, version: 'v3' })
  }),

  scenario('the cheap hand-over lets the native rolling update finish', async ({ given, when, then, world }) => {
    world.invariants.except('one active set')
    await given.shopWithRoute({ handOver: { at: 50 }, canary: { steps: [{ weight: 50 }, { pause: {} }] } }, { replicas: 6 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await then.hasPods('v2', 3)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.hasPods('v2', 6)
    await then.hasPods('v1', 0)
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.setsAreOrdinaryHistory()
    // The set that gives way now was made by a run.
    await when.imageBecomes('v3')
    await then.runIs({ step: 1, weight: 50 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { to: 'v3' })
    await then.hasPods('v2', 0)
    await then.setsAreOrdinaryHistory()
  }),

  scenario('a native rolling update that does not end costs no reads', { only: 'embedded' }, async ({ given, when, then, world }) => {
    world.invariants.except('one active set')
    await given.shopWithRoute({ handOver: { at: 50 }, canary: { steps: [{ weight: 50 }, { pause: {} }] } }, { replicas: 6 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    world.cluster.inside?.images.set('demo:v2', { ready: false })
    await when.asks('promote')
    await then.waitsFor('the native rolling update to finish')
    await when.timePasses(5_000)
    const reads = () => world.controllers.running().reduce((sum, { lifeline }) => sum + lifeline.reads(), 0)
    const before = reads()
    for (let size = 7; size < 12; size++) {
      await when.scaledTo(size)
      await when.timePasses(5_000)
    }
    await then.waitsFor('the native rolling update to finish')
    await world.expect('no read', async () => (reads() === before ? undefined : `${reads() - before} reads`), 0)
  }),

  scenario('no request is lost in a cheap hand-over', { only: 'embedded' }, async ({ given, when, then, world }) => {
    world.invariants.except('one active set')
    await given.shopWithRoute({ handOver: { at: 50 }, canary: { steps: [{ weight: 50 }] } }, { replicas: 6, preStopSeconds: 1 })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await then.noRequestWasLost()
  }),

  scenario('a newer template right after the hand-over is held and judged', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.asks('promote')
    await then.runIs({ stage: 'Promoting' })
    await then.belongsToDeployment('v2')
    await when.imageBecomes('v3')
    await then.lastRunWas('Promoted', { id: 1, to: 'v2' })
    await then.runIs({ id: 2, to: 'v3', step: 1, weight: 20 })
    await then.serviceIsPinnedTo('v2')
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 2 })
    await then.isOrdinaryDeployment({ revision: 3, version: 'v3' })
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
    await then.routeIsAsBefore()
  }),

  scenario('minReadySeconds is honoured before the hand-over', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } }, { minReadySeconds: 2, replicas: 2 })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
  }),
]
