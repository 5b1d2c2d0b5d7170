import type { Json } from '../cluster/apiClient.ts'
import { endedAs, errors, latency, shopWithAnalysis } from '../dsl/evidence.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { readyBehind, rolloutOf, serviceOf, setsOf } from '../dsl/sight.ts'
import { told, Unexpected, type World } from '../dsl/world.ts'

const minute = 60_000
const only = { only: 'embedded' } as const
const canary = { baseline: 'fresh' }

/** Percent of the requests at the gateway that root, canary and fresh baseline get in the coming seconds. */
async function sharesAre(world: World, wanted: { root: number; canary: number; baseline: number }): Promise<void> {
  const load = world.cluster.inside?.load
  const { run } = (await rolloutOf(world))?.status ?? {}
  if (!load || !run?.baseline) throw new Unexpected('there is no fresh baseline, or no data plane')
  load.reset()
  await world.cluster.pass(10_000)
  const counts = load.counts().filter(({ client }) => client === 'gateway')
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  const share = (hash: string) => (100 * counts.filter((one) => one.hash === hash).reduce((sum, { count }) => sum + count, 0)) / all
  const seen = { root: share(run.from.hash), canary: share(run.to.hash), baseline: share(run.baseline.hash) }
  for (const arm of ['root', 'canary', 'baseline'] as const)
    if (!(Math.abs(seen[arm] - wanted[arm]) < 1))
      throw new Unexpected(`expected ${told(wanted)} percent of ${all} requests; seen ${told(seen)}`)
}

const freshSets = async (world: World): Promise<Json[]> =>
  (await setsOf(world)).filter(({ metadata }) => /-b\d+$/.test(metadata.labels?.['pod-template-hash'] ?? ''))

/** So many available pods of it, and as many endpoints. */
async function baselineHas(world: World, count: number): Promise<void> {
  await world.expect(`${count} pods of the fresh baseline`, async () => {
    const [set, another] = await freshSets(world)
    const behind = await readyBehind(world, 'shop-baseline')
    const { available, replicas } = (await rolloutOf(world))?.status?.run?.baseline ?? {}
    const right =
      !another &&
      [set?.spec.replicas, set?.status?.availableReplicas, behind.length, available, replicas].every((number) => number === count) &&
      behind.every((pod) => pod.startsWith(`${set?.metadata.name}-`))
    return right ? undefined : told({ replicas: set?.spec.replicas, status: set?.status, behind, counted: { available, replicas } })
  })
}

/** No set of it, no pod, no Service. */
async function nothingIsLeftOfTheBaseline(world: World): Promise<void> {
  await world.expect('nothing to be left of the fresh baseline', async () => {
    const sets = await freshSets(world)
    if (sets.length > 0) return `ReplicaSet ${sets[0]?.metadata.name}`
    const pods = world.pods.all().filter(({ hash, gone }) => /-b\d+$/.test(hash) && !gone)
    if (pods.length > 0) return `pod ${pods[0]?.name}`
    return (await serviceOf(world, 'shop-baseline')) ? 'its Service' : undefined
  })
  if (!world.pods.all().some(({ hash }) => /-b\d+$/.test(hash))) throw new Unexpected('there never was a pod of a fresh baseline')
}

/** Pods of either version take twice as long for the first minutes after their start. Those of stable are warm by now. */
async function releaseWithColdStart({ when, world }: Parameters<Scenario['tell']>[0]): Promise<void> {
  for (const version of ['v1', 'v2']) world.cluster.inside?.images.set(`demo:${version}`, { cold: { forMs: 4 * minute, latencyFactor: 2 } })
  await when.imageBecomes('v2')
}

/** Compared with fresh pods of the old version instead of its long-running ones. */
export const freshBaseline: Scenario[] = [
  scenario('root, canary and fresh baseline get 80, 10 and 10 percent', only, async ({ given, when, then, world }) => {
    const steps = [{ weight: 10 }, { pause: {} }, { weight: 70 }, { pause: {} }]
    await given.shopWithRoute({ canary: { ...canary, steps } }, { preStopSeconds: 2 })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 10 })
    await baselineHas(world, 1)
    await sharesAre(world, { root: 80, canary: 10, baseline: 10 })
    await then.callersMetOnly('direct', 'v1')
    await when.asks('promote')
    await then.runIs({ step: 3, weight: 70 })
    await baselineHas(world, 3)
    await sharesAre(world, { root: 0, canary: 70, baseline: 30 })
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.noRequestWasLost()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.setsAreOrdinaryHistory()
    await then.hasSets(2)
    await then.noPodRestarted('v2')
  }),

  scenario('canary and fresh baseline are of an age', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await baselineHas(world, 2)
    const [set] = await freshSets(world)
    const made = async (hash: string) => {
      const pods = await world.api.list('Pod', `pod-template-hash=${hash}`)
      return pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp))
    }
    const { to } = (await rolloutOf(world))?.status?.run ?? {}
    const times = [...(await made(to.hash)), ...(await made(set?.metadata.labels['pod-template-hash']))]
    if (times.length !== 4) throw new Unexpected(`${times.length} pods`)
    if (Math.max(...times) - Math.min(...times) > 5_000) throw new Unexpected(`they were made at ${told(times)}`)
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('an abort in mid-run leaves nothing of the fresh baseline', only, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] } }, { preStopSeconds: 2 })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await baselineHas(world, 2)
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.noRequestWasLost()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.hasSets(1)
    await then.hasNoPods('v2')
    await then.hasPods('v1', 4)
  }),

  scenario('a good release passes against a fresh baseline', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { spec: { canary } })
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    await sharesAre(world, { root: 98, canary: 1, baseline: 1 })
    await endedAs(world, 'Promoted', 60 * minute)
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.noRequestWasLost()
  }),

  scenario('a release with ten times the errors fails against a fresh baseline', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { spec: { canary } })
    await when.imageBecomes('errors')
    await endedAs(world, 'RolledBack', 60 * minute, /^errors: /)
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.noRequestWasLost()
    await then.routeIsAsBefore()
  }),

  scenario('a release whose pods are slow after their start fools a comparison with the stable ones', only, async (story) => {
    await shopWithAnalysis(story, { metrics: [errors, latency] })
    await releaseWithColdStart(story)
    await endedAs(story.world, 'RolledBack', 60 * minute, /^latency: /)
  }),

  scenario('a release whose pods are slow after their start passes against a fresh baseline', only, async (story) => {
    await shopWithAnalysis(story, { metrics: [errors, latency], spec: { canary } })
    await releaseWithColdStart(story)
    await endedAs(story.world, 'Promoted', 60 * minute)
  }),

  scenario('the fresh baseline grows with the canary, by scale steps and when the workload is scaled', only, async (story) => {
    const { given, when, then, world } = story
    const steps = [
      { scale: { replicas: 2 } },
      { weight: 25 },
      { pause: {} },
      { scale: { matchTraffic: true } },
      { weight: 50 },
      { pause: {} },
    ]
    await given.shopWithRoute({ canary: { ...canary, steps } }, { preStopSeconds: 2 })
    await given.traffic()
    await when.imageBecomes('v2')
    await then.runIs({ step: 2, weight: 25 })
    await then.hasPods('v2', 2)
    await baselineHas(world, 2)
    await when.scaledTo(8)
    await then.hasPods('v1', 8)
    await baselineHas(world, 2)
    await when.asks('promote')
    await then.runIs({ step: 5, weight: 50 })
    await then.hasPods('v2', 4)
    await baselineHas(world, 4)
    await when.scaledTo(3)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noRequestWasLost()
  }),

  scenario('a newer template brings a fresh baseline of its own', only, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 25 }, { pause: {} }] } }, { preStopSeconds: 2 })
    await given.traffic()
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1, weight: 25 })
    await when.imageBecomes('v3')
    await then.runIs({ id: 2, step: 1, weight: 25, to: 'v3' })
    await baselineHas(world, 1)
    await when.imageBecomes('v1')
    await then.lastRunWas('Superseded', { id: 2 })
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.noRequestWasLost()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('a break-glass release takes the fresh baseline away', only, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] } }, { preStopSeconds: 2 })
    await given.may('anna', 'release')
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.released('the shop is down', { as: 'anna' })
    await then.lastRunWas('Superseded')
    await nothingIsLeftOfTheBaseline(world)
    await then.isOrdinaryDeployment({ version: 'v2' })
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.noRequestWasLost()
  }),

  scenario('a Rollout deleted in mid-run takes its fresh baseline along', only, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] } }, { preStopSeconds: 2 })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await nothingIsLeftOfTheBaseline(world)
    await then.hasNoPods('v2')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.noRequestWasLost()
  }),

  scenario('a Deployment deleted in mid-run takes the fresh baseline along', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.deleted('Deployment')
    await nothingIsLeftOfTheBaseline(world)
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('a workload scaled to zero in mid-run keeps no fresh baseline', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.scaledTo(0)
    await then.lastRunWas('Superseded')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.routeIsAsBefore()
  }),

  scenario('skipping the steps ends the comparison', only, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 25 }, { pause: {} }, { weight: 50 }] } }, { preStopSeconds: 2 })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 25 })
    await when.asks('promoteFull')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.noRequestWasLost()
    await then.routeIsAsBefore()
  }),

  scenario('the cheap hand-over takes the fresh baseline away before it begins', only, async ({ given, when, then, world }) => {
    const spec = { canary: { ...canary, steps: [{ weight: 50 }, { pause: {} }] }, handOver: { at: 50 } }
    await given.shopWithRoute(spec, { preStopSeconds: 2 })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noRequestWasLost()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('editing baseline in mid-run changes nothing of the run under way', only, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 25 }, { pause: {} }, { weight: 50 }, { pause: {} }] } })
    await given.traffic()
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 25 })
    await when.rolloutIsPatched({ canary: { baseline: 'stable' } })
    await when.asks('promote')
    await then.runIs({ step: 3, weight: 50 })
    await baselineHas(world, 2)
    await sharesAre(world, { root: 0, canary: 50, baseline: 50 })
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
  }),

  scenario('a stranger in the place of its Service is said before anything moves', async ({ given, when, then, world }) => {
    await given.deployment()
    await given.service({ name: 'shop-baseline', selector: { app: 'other' } })
    await given.service()
    await given.httpRoute()
    await given.rollout({ canary: { ...canary, steps: [{ weight: 25 }, { pause: {} }] } }, { await: false })
    await then.conditionIs('Ready', 'False', 'ServiceUnfit')
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await then.hasNoPods('v2')
    await when.deleted('Service', 'shop-baseline')
    await then.runIs({ step: 1, weight: 25 })
    await baselineHas(world, 1)
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('a fresh baseline that does not come up says nothing against the new version', only, async (story) => {
    const { given, when, then, world } = story
    await given.shopWithRoute({ canary: { ...canary, steps: [{ weight: 25 }, { pause: {} }] } })
    // What runs already goes on running.
    world.cluster.inside?.images.set('demo:v1', { startMs: 10 * minute })
    await when.imageBecomes('v2')
    await then.waitsFor('1 pod of the fresh baseline to become available (0 are)')
    await then.lastRunWas('RolledBack', { because: 'of the fresh baseline became available within 5s: these are of the old version' })
    await then.nothingIsLeftOfTheRun()
    await nothingIsLeftOfTheBaseline(world)
    await then.routeIsAsBefore()
  }),
]
