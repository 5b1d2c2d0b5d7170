import { type Scenario, type Story, scenario } from '../dsl/scenario.ts'
import { serin } from '../dsl/serin.ts'
import { rolledOutUnderService } from '../dsl/then/workload.ts'
import { Unexpected } from '../dsl/world.ts'

const only = { only: 'embedded' } as const

/** From now on every pod of that version crashes soon after each start. */
function dies({ world }: Story, version: string): void {
  const { inside } = world.cluster
  inside?.images.set(`demo:${version}`, { ready: false, crashAfterMs: 300 })
  inside?.mishaps.crash(({ spec }) => spec.containers[0].image === `demo:${version}`)
}

/** Half of the traffic is on v2 when stable dies, and somebody wants all of it back. */
async function goesBackToDead(story: Story): Promise<void> {
  const { given, when, then, world } = story
  world.invariants.except('pods under traffic')
  await given.shopWithRoute({ canary: { steps: [{ weight: 50 }, { pause: {} }] }, progressDeadline: '30s' })
  await when.imageBecomes('v2')
  await then.runIs({ step: 1, weight: 50 })
  dies(story, 'v1')
  await when.timePasses(1_000)
  await when.asks('abort')
  await then.waitsFor('stable to have its 4 pods back (0 are available)')
  await then.conditionIs('Stalled', 'False')
  await when.timePasses(30_000)
}

/** What waits for pods that do not come: nothing is done by itself, and people are told why, and how to get out. */
export const stuck: Scenario[] = [
  scenario(
    'a rollback to a version that crashes says so after the progress deadline, and goes on once it is mended',
    only,
    async (story) => {
      const { when, then, world } = story
      await goesBackToDead(story)
      await then.conditionIs('Stalled', 'True', 'Stuck')
      const why =
        /pods of demo:v1 do not come back: CrashLoopBackOff, the last by exit code 1 \(4 of 4 pods\)\. It goes on when they do; serin release shop -n \S+ --reason "\.\.\." lets in what Deployment shop asks for instead, past Serin/
      await then.phaseIs('Degraded', { message: why })
      await then.eventWas('Stuck', why)
      await then.routeGives(50)
      const { said } = await serin(world, ['explain', 'shop'], 'admin')
      for (const words of ['It is stuck: pods of demo:v1 do not come back', 'serin release shop'])
        if (!said.replace(/\s+/g, ' ').includes(words)) throw new Unexpected(`serin explain does not say '${words}': ${said}`)
      world.cluster.inside?.images.set('demo:v1', { ready: true, crashAfterMs: 3_600_000 })
      await when.timePasses(60_000)
      await then.lastRunWas('Aborted')
      await then.phaseIs('Degraded', { message: 'is held and gets no traffic' })
      await then.routeIsAsBefore()
      await then.nothingIsLeftOfTheRun()
    },
  ),

  scenario('out of a rollback that is stuck leads serin release, and the Service has ready pods at every look', only, async (story) => {
    const { given, then, world } = story
    await goesBackToDead(story)
    await given.may('anna', 'release')
    // Much longer than routes settle.
    world.cluster.inside?.images.set('demo:v2', { startMs: 6_000 })
    world.invariants.except('one active set', 'pinned root', 'settled weights')
    const { code, said } = await serin(world, ['release', 'shop', '--reason', 'v1 is dead'], 'anna')
    if (code !== 0) throw new Unexpected(said)
    await rolledOutUnderService(world)
    await then.lastRunWas('Superseded')
    await then.phaseIs('Healthy')
    await then.stableIs('v2')
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('a cheap hand-over is stuck when its Deployment says so, and another template leads out', only, async (story) => {
    const { given, when, then } = story
    await given.shopWithRoute({ handOver: { at: 50 }, canary: { steps: [{ weight: 50 }] } }, { replicas: 6 })
    await when.deploymentIsPatched({ spec: { progressDeadlineSeconds: 10 } })
    await when.imageBecomes('v2')
    await then.runIs({ stage: 'Promoting' })
    await then.waitsFor('the native rolling update to finish')
    dies(story, 'v2')
    await when.timePasses(15_000)
    await then.conditionIs('Stalled', 'True', 'Stuck')
    await then.phaseIs('Degraded', {
      message:
        /Deployment shop says that it makes no progress: CrashLoopBackOff, the last by exit code 1 \(.* pods\)\. A mended template goes on from here; kubectl rollout undo deployment\/shop -n \S+ goes back$/,
    })
    await when.imageBecomes('v1')
    await then.isOrdinaryDeployment({ version: 'v1' })
    await then.phaseIs('Healthy')
  }),
]
