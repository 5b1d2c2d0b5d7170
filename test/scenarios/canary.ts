import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { setsOf } from '../dsl/sight.ts'
import { Unexpected } from '../dsl/world.ts'

export const canary: Scenario[] = [
  scenario('a good release is promoted', async ({ given, when, then }) => {
    await given.deployment({ replicas: 4 })
    await given.service()
    await given.httpRoute()
    await given.rollout({ canary: twentyThenAsk })
    await given.may('anna', 'promote')
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await then.serviceIsPinnedTo('v1')
    await then.hasPods('v2', 1)
    await then.canaryBelongsToRollout('v2')
    await then.routeGives(20)
    await then.runIs({ id: 1, stage: 'Stepping', step: 1, to: 'v2', mode: 'Routes', weight: 20 })
    await then.phaseIs('Paused')
    await then.waitsFor('somebody to promote it')
    const asked = await when.asks('promote', { as: 'anna' })
    await then.commandWas(asked, 'Done')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.serviceIsGone('shop-canary')
    await then.setsAreOrdinaryHistory()
    await then.hasPods('v1', 0)
    await then.phaseIs('Healthy')
    await then.eventWas('Promoted', 'demo:v2')
  }),

  scenario('timed steps are taken one after the other, each with the pods it needs', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 25 }, { pause: { for: '2s' } }, { weight: 75 }, { pause: { for: '2s' } }] } })
    await when.imageBecomes('v2')
    await then.routeGives(25)
    await then.hasPods('v2', 1)
    await then.runIs({ step: 1, weight: 25 })
    await then.waitsFor('a pause of 2s to end')
    await then.runIs({ step: 3, weight: 75 })
    await then.hasPods('v2', 3)
    await then.hasPods('v1', 4)
    await then.lastRunWas('Promoted')
    await then.noPodRestarted('v2')
    await then.everHadPods('v2', 4)
  }),

  scenario('a ramp holds each weight for its interval', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { ramp: { weights: [10, 50], interval: '2s' } } })
    await when.imageBecomes('v2')
    await then.runIs({ weight: 10, step: 1 })
    await then.runIs({ weight: 50, step: 3 })
    await then.lastRunWas('Promoted')
  }),

  scenario('scale steps set the size of the canary', async ({ given, when, then }) => {
    const steps = [{ scale: { replicas: 3 } }, { weight: 10 }, { pause: {} }, { scale: { matchTraffic: true } }, { pause: {} }]
    await given.shopWithRoute({ canary: { steps } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 2, weight: 10 })
    await then.hasPods('v2', 3)
    await when.asks('promote')
    await then.runIs({ step: 4 })
    await then.hasPods('v2', 1)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario('a canary that was scaled to nothing has a pod again before it gets traffic', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ scale: { replicas: 0 } }, { weight: 20 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 2, weight: 20 })
    await then.hasPods('v2', 1)
  }),

  scenario('a canary that never becomes ready is rolled back after the progress deadline', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('unready')
    await then.waitsFor('1 pod of the new version to become available (0 are)')
    await then.lastRunWas('RolledBack', { because: '0 of 1 pod of the new version became available within 5s' })
    await then.deploymentIsHeld('unready')
    await then.phaseIs('Degraded')
    await then.conditionIs('Stalled', 'True', 'RolledBack')
    await then.hasNoPods('unready')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.nothingIsLeftOfTheRun()
    await then.noPodRestarted('v1')
  }),

  scenario('a canary that is ready for a moment again and again is one that never becomes ready', { only: 'embedded' }, async (story) => {
    const { given, when, then, world } = story
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('flaps')
    await then.lastRunWas('RolledBack', { because: '0 of 1 pod of the new version stayed available within 5s (1 was for a time)' })
    await then.hasNoPods('flaps')
    await then.nothingIsLeftOfTheRun()
    await when.rolloutIsPatched({ progressDeadline: '15s' })
    const released = world.cluster.clock.now()
    await when.imageBecomes('loops')
    await then.lastRunWas('RolledBack', { because: '0 of 1 pod of the new version stayed available within 15s (1 was for a time)' })
    const took = world.cluster.clock.now() - released
    if (took > 25_000) throw new Unexpected(`its restarts put the deadline off: it took ${took} ms`)
  }),

  scenario('an image that nobody can pull is rolled back too', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, progressDeadline: '3s' })
    await when.imageBecomes('missing')
    await then.lastRunWas('RolledBack', { because: 'within 3s' })
    await then.hasNoPods('missing')
  }),

  scenario('a newer template in mid-run replaces the run, and nobody meets the old canary again', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await when.imageBecomes('v3')
    await then.lastRunWas('Superseded', { id: 1, to: 'v2', because: 'a newer template came' })
    await then.runIs({ id: 2, to: 'v3', step: 1, weight: 20 })
    await then.hasNoPods('v2')
    await then.serviceIsPinnedTo('v1')
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 2, to: 'v3' })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v3' })
    await then.nothingIsLeftOfTheRun()
    await then.setsAreOrdinaryHistory()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('a template set back in mid-run ends the run, and nothing restarts', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.imageBecomes('v1')
    await then.lastRunWas('Superseded', { because: 'set back' })
    await then.isOrdinaryDeployment({ revision: 1, version: 'v1' })
    await then.noPodRestarted('v1')
    await then.hasNoPods('v2')
    await then.nothingIsLeftOfTheRun()
    await then.phaseIs('Healthy')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.setsAreOrdinaryHistory()
  }),

  scenario('a version that was superseded can be released later', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.imageBecomes('v1')
    await then.lastRunWas('Superseded')
    await then.nothingIsLeftOfTheRun()
    await when.imageBecomes('v2')
    await then.runIs({ id: 2, to: 'v2', step: 1, weight: 20 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 2 })
    await then.isOrdinaryDeployment({ version: 'v2' })
    await then.hasSets(2)
  }),

  scenario('an equal ReplicaSet in the history is used, not doubled', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, rollback: { fast: false } })
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.nothingIsLeftOfTheRun()
    await when.imageBecomes('v1')
    await then.runIs({ id: 2, to: 'v1', step: 1, weight: 20, fast: false })
    await then.canaryBelongsToRollout('v1')
    await then.hasPods('v1', 1)
    await then.hasSets(2)
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 2 })
    await then.isOrdinaryDeployment({ revision: 3, version: 'v1' })
    await then.nothingIsLeftOfTheRun()
    await then.setsAreOrdinaryHistory()
    const revisions = (await setsOf(world)).map(({ metadata }) => metadata.annotations['deployment.kubernetes.io/revision'])
    await world.expect('the revisions 2 and 3', async () => (revisions.sort().join() === '2,3' ? undefined : revisions.join()))
  }),

  scenario('steps edited in mid-run go on where they were', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: {} }, { weight: 50 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.rolloutIsPatched({ canary: { steps: [{ weight: 10 }, { weight: 20 }, { pause: {} }, { weight: 60 }, { pause: {} }] } })
    await then.runIs({ id: 1, step: 2, weight: 20 })
    await when.asks('promote')
    await then.runIs({ id: 1, step: 4, weight: 60 })
    await when.rolloutIsPatched({ canary: { steps: [{ weight: 10 }, { weight: 50 }, { pause: {} }] } })
    await then.runIs({ id: 1, step: 2, weight: 50 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 1 })
  }),

  scenario('spec.paused stops a run where it is, and holds back the next', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '2s' } }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.rolloutIsPatched({ paused: true })
    await then.phaseIs('Paused')
    await when.timePasses(5_000)
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await then.waitsFor('spec.paused')
    await when.rolloutIsPatched({ paused: false })
    await then.lastRunWas('Promoted', { id: 1 })
    await when.rolloutIsPatched({ paused: true })
    await when.imageBecomes('v3')
    await then.phaseIs('Paused', { message: 'spec.paused' })
    await then.everHadPods('v3', 0)
    await when.rolloutIsPatched({ paused: false })
    await then.lastRunWas('Promoted', { id: 2 })
  }),

  scenario('releases that follow each other closely are each judged', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, keepOld: '30s' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.imageBecomes('v3')
    await then.lastRunWas('Promoted', { to: 'v3' })
    await then.isOrdinaryDeployment({ revision: 3, version: 'v3' })
    await then.hasPods('v2', 4)
    await then.hasPods('v1', 0)
  }),

  scenario('a run makes itself known by events', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.eventWas('RunStarted', 'demo:v1 -> demo:v2')
    await then.eventWas('Step', 'step 2 of 2')
  }),
]
