import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { told } from '../dsl/world.ts'

/** Controllers die, servers restart, others write: the run goes on where it was. */
export const crashes: Scenario[] = [
  scenario('a controller that dies in mid-run is replaced, and the run goes on', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.controllerDies()
    await when.timePasses(3_000)
    await then.routeGives(20)
    await when.anotherControllerStarts()
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario('a controller that stops in order leaves the run as it is', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.controllerStops()
    await when.anotherControllerStarts()
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 1 })
  }),

  // A sample of the places to die, the hand-over whole; all of them are in everyWrite.ts.
  ...[1, 2, 5, 9, 10, 11, 13, 14, 16, 22, 24].map((atWrite) =>
    scenario(`a controller that dies at write ${atWrite} of a promotion, its answer lost`, async ({ given, when, then }) => {
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.controllerWillDie({ atWrite, write: 'done' })
      await when.asks('promote')
      await then.lastRunWas('Promoted', { id: 1 })
      await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
      await then.noPodRestarted('v2')
      await then.nothingIsLeftOfTheRun()
      await then.routeIsAsBefore()
      await then.serviceIsAsBefore()
      await then.setsAreOrdinaryHistory()
    }),
  ),

  scenario('the standby takes over in mid-run when the leader dies', { controller: 'none' }, async ({ given, when, then, world }) => {
    await given.controller({ leaderElection: true })
    await given.controller({ leaderElection: true })
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '3s' } }, { weight: 60 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.leaderDies()
    await then.runIs({ id: 1, step: 3, weight: 60 })
    await world.expect('one leader', async () => {
      const leading = world.controllers.running().filter(({ controller }) => controller.isLeading())
      return leading.length === 1 ? undefined : `${leading.length}`
    })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario('two controllers at once, as after a lost lease, do no harm', async ({ given, when, then }) => {
    await given.controller()
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '1s' } }, { weight: 60 }] } })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.everHadPods('v2', 4)
    await then.nothingIsLeftOfTheRun()
    await then.runsWere('Promoted')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('the API server restarts in mid-run', { alone: true }, async ({ given, when, then }) => {
    // No pod comes up while the server is away, and a real one takes its time.
    await given.shopWithRoute({ progressDeadline: '2m', canary: { steps: [{ weight: 20 }, { pause: { for: '4s' } }, { weight: 60 }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.apiServerRestarts()
    await then.runIs({ id: 1, step: 2 })
    await when.apiServerRestarts()
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('watches that end and a history that expires hide nothing', { only: 'embedded' }, async ({ given, when, then, world }) => {
    const server = world.cluster.inside?.server
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '2s' } }, { weight: 60 }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    server?.expireHistory()
    server?.dropWatches('reset')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario(
    'a server that fails a fifth of all requests only makes it slower',
    { only: 'embedded' },
    async ({ given, when, then, world }) => {
      await given.shopWithRoute({
        canary: { steps: [{ weight: 20 }, { pause: { for: '1s' } }, { weight: 60 }] },
        traffic: { verify: { timeout: '60s', settle: '1s' } },
      })
      world.cluster.inside?.server.faults.add({
        match: ({ headers, path }) => (headers?.authorization ?? '').includes('serin') && !path.includes('watch=') && world.random() < 0.2,
        do: 'status',
        code: 503,
      })
      await when.imageBecomes('v2')
      await world.expect(
        'the promotion',
        async () => ((await world.api.get('Rollout', 'shop'))?.status.history?.[0]?.result === 'Promoted' ? undefined : 'not yet'),
        120_000,
      )
      await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
      await then.noPodRestarted('v2')
    },
  ),

  scenario('somebody who writes to every object just before Serin does costs only time', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { weight: 60 }] } })
    let touched = 0
    await when.justBefore(
      /^PATCH .*\/(deployments|replicasets|services|httproutes)\//,
      async ({ path }) => {
        // Every other time, so that it comes to an end.
        if (++touched % 2 === 0) return
        const [, plural = '', name = ''] = /\/(\w+)\/([^/?]+)(?:\?|$)/.exec(path) ?? []
        const kind = { deployments: 'Deployment', replicasets: 'ReplicaSet', services: 'Service', httproutes: 'HTTPRoute' }[plural]
        if (kind) await world.api.patch(kind as 'Service', name, 'merge', { metadata: { annotations: { touched: String(touched) } } })
      },
      { times: Number.POSITIVE_INFINITY },
    )
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('a Rollout at rest costs no write for ten minutes', { only: 'embedded' }, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await when.timePasses(5_000)
    const writes = () => world.controllers.running().reduce((sum, { lifeline }) => sum + lifeline.writes(), 0)
    const revision = world.cluster.inside?.server.revision()
    const before = writes()
    await when.timePasses(600_000)
    await world.expect(
      'no write',
      async () => (writes() === before ? undefined : told(world.controllers.running()[0]?.lifeline.log.slice(before))),
      0,
    )
    await world.expect(
      'nothing to have changed in the whole cluster',
      async () => {
        const now = world.cluster.inside?.server.revision()
        return now === revision ? undefined : `${revision} -> ${now}`
      },
      0,
    )
  }),

  scenario('a run that waits for a person costs no write for ten minutes', { only: 'embedded' }, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.timePasses(5_000)
    const writes = () => world.controllers.running().reduce((sum, { lifeline }) => sum + lifeline.writes(), 0)
    const before = writes()
    await when.timePasses(600_000)
    await world.expect(
      'no write',
      async () => (writes() === before ? undefined : told(world.controllers.running()[0]?.lifeline.log.slice(before))),
      0,
    )
  }),
]
