import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { rolloutOf } from '../dsl/sight.ts'

/** People ask by RolloutCommands: each is answered once, and who asked is what the API server says. */
export const commands: Scenario[] = [
  scenario('commands aimed at another run, step or version are refused', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: {} }, { weight: 40 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await then.commandWas(await when.asks('promote', { run: 7 }), 'Refused', 'aimed at run 7; run 1 is under way')
    await then.commandWas(await when.asks('promote', { run: 1, step: 3 }), 'Refused', 'aimed at step 4; the run is at step 2')
    await then.commandWas(await when.asks('promote', { revision: 'another' }), 'Refused', 'aimed at version another')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await then.commandWas(await when.asks('promote', { run: 1, step: 1 }), 'Done')
    await then.runIs({ id: 1, step: 3, weight: 40 })
    await then.commandWas(await when.asks('promote', { run: 1, step: 1 }), 'Refused', 'aimed at step 2; the run is at step 4')
    await then.runIs({ id: 1, step: 3, weight: 40 })
  }),

  scenario('two clicks on one button end one pause', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: {} }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    const first = await when.asks('promote', { run: 1, step: 1 })
    const second = await when.asks('promote', { run: 1, step: 1 })
    await then.commandWas(first, 'Done')
    await then.commandWas(second, 'Refused', 'aimed at step 2')
    await then.runIs({ step: 2 })
  }),

  scenario('who asked is stamped by the API server, whatever the client claims', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.may('anna', 'abort')
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    const asked = await when.asks('abort', { as: 'anna', claims: { username: 'ben', groups: ['system:masters', 'owners'], uid: '1' } })
    await then.commandIsBy(asked, 'anna', ['developers', 'system:authenticated'])
    await then.lastRunWas('Aborted', { by: 'anna' })
  }),

  scenario('each action needs its verb on that very Rollout', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.may('anna', 'abort')
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.isRefused(() => when.asks('promote', { as: 'anna' }), 'anna may not promote rollout shop: needs the verb promote')
    await then.isRefused(() => when.asks('abort', { as: 'ben' }), 'ben may not abort rollout shop')
    await then.isRefused(() => when.asks('promote', { as: 'carla' }), /forbidden/i)
    await world.expect('no command', async () => ((await world.api.list('RolloutCommand')).length === 0 ? undefined : 'some'))
    await when.asks('abort', { as: 'anna' })
    await then.lastRunWas('Aborted')
  }),

  scenario('changing the steps in mid-run needs the verb promote', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    const more = { canary: { steps: [{ weight: 20 }] } }
    await then.isRefused(() => when.rolloutIsPatched(more, { as: 'anna' }), 'anna may not change canary')
    await when.rolloutIsPatched({ keepOld: '2s' }, { as: 'anna' })
    await then.runIs({ step: 1, weight: 20 })
    await given.may('anna', 'promote')
    await when.rolloutIsPatched(more, { as: 'anna' })
    await then.lastRunWas('Promoted')
    await when.rolloutIsPatched({ canary: { steps: [{ weight: 30 }] } }, { as: 'ben' })
  }),

  scenario('pause and resume stop the clock of a step', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '4s' } }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.commandWas(await when.asks('pause'), 'Done', 'admin paused it')
    await then.phaseIs('Paused')
    await then.waitsFor('admin paused it')
    await then.commandWas(await when.asks('pause'), 'Refused', 'paused it already')
    await when.timePasses(6_000)
    await then.runIs({ step: 1, weight: 20 })
    await then.commandWas(await when.asks('resume'), 'Done')
    await then.waitsFor('a pause of 4s to end')
    await then.commandWas(await when.asks('resume'), 'Refused', 'not paused')
    await then.lastRunWas('Promoted')
    await world.expect('a history with the whole time', async () => {
      const [last] = (await rolloutOf(world))?.status.history ?? []
      const took = Date.parse(last.endedAt) - Date.parse(last.startedAt)
      return took > 10_000 ? undefined : `${took} ms`
    })
  }),

  scenario('promoteFull skips what is left of the steps', async ({ given, when, then }) => {
    const steps = [{ weight: 10 }, { pause: {} }, { weight: 20 }, { pause: { for: '1h' } }, { weight: 60 }, { pause: {} }]
    await given.shopWithRoute({ canary: { steps } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 10 })
    await then.commandWas(await when.asks('promoteFull'), 'Done')
    await then.lastRunWas('Promoted', { because: 'steps were skipped' })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.everHadPods('v2', 4)
  }),

  scenario('a promotion that nobody is asked for is refused with what to do instead', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { scale: { replicas: 2 } }, { pause: {} }] } })
    await then.commandWas(await when.asks('promote'), 'Refused', 'no run is under way')
    await then.commandWas(await when.asks('abort'), 'Refused', 'no run is under way')
    await then.commandWas(await when.asks('retry'), 'Refused', 'nothing to try again')
    await when.imageBecomes('slow')
    await then.runIs({ step: 0 })
    await then.commandWas(await when.asks('promote'), 'Refused', 'not waiting for anybody')
  }),

  scenario('a restart replaces the pods by way of a run', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } })
    await then.commandWas(await when.asks('restart'), 'Done')
    await then.lastRunWas('Promoted', { to: 'v1' })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v1' })
    await then.everHadPods('v1', 8)
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
  }),

  scenario('an abort after the hand-over is refused and names the undo', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, traffic: { drain: '3s', verify: { settle: '3s', timeout: '9s' } } })
    await when.imageBecomes('v2')
    await then.runIs({ stage: 'Promoting' })
    await then.belongsToDeployment('v2')
    await then.commandWas(await when.asks('abort'), 'Refused', 'serin undo shop')
    await then.lastRunWas('Promoted')
  }),

  scenario('an abort during the last weight, before the hand-over, still goes back', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, traffic: { verify: { settle: '3s', timeout: '9s' } } })
    await when.imageBecomes('v2')
    await then.routeGives(100)
    await then.commandWas(await when.asks('abort'), 'Done')
    await then.lastRunWas('Aborted')
    await then.nothingIsLeftOfTheRun()
    await then.hasNoPods('v2')
    await then.routeIsAsBefore()
    await then.noPodRestarted('v1')
  }),

  scenario('commands that come while no controller is alive are answered when one is', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.controllerDies()
    const asked = await when.asks('promote', { run: 1, step: 1 })
    await when.timePasses(1_000)
    await when.anotherControllerStarts()
    await then.commandWas(asked, 'Done')
    await then.lastRunWas('Promoted')
  }),
]
