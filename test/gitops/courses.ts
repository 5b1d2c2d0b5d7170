import { analysisOf, endedAs, errors, shopWithAnalysis } from '../dsl/evidence.ts'
import { deploymentObject, routeObject, serviceObject, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, type Story, scenario } from '../dsl/scenario.ts'

const quick = { canary: { steps: [{ weight: 20 }, { pause: { for: '1s' } }, { weight: 60 }] } }

/** Everything applied from a repository, which is changed to the version. */
async function released({ given, when }: Story, spec: object, version: string): Promise<void> {
  await given.shopWithRoute(spec)
  for (const object of [deploymentObject(), serviceObject(), routeObject()]) await when.applied(object)
  await when.applied(deploymentObject({ version }))
}

/** Releases of every course, from the first sight of a workload to rest. What tools make of the objects meanwhile is looked at elsewhere. */
export const courses = {
  promoted: scenario('promoted', async (story) => {
    await released(story, quick, 'v2')
    await story.then.lastRunWas('Promoted')
    await story.then.nothingIsLeftOfTheRun()
  }),
  reapplied: scenario('promoted, while everything is applied again and again', async (story) => {
    await released(story, quick, 'v2')
    for (let round = 0; round < 20; round++) {
      await story.when.timePasses(500)
      for (const object of [deploymentObject({ version: 'v2' }), serviceObject(), routeObject()]) await story.when.applied(object)
    }
    await story.then.lastRunWas('Promoted')
    await story.then.nothingIsLeftOfTheRun()
  }),
  rolledBack: scenario('rolled back by itself', async (story) => {
    await released(story, quick, 'unready')
    await story.then.lastRunWas('RolledBack')
    await story.then.nothingIsLeftOfTheRun()
    await story.when.timePasses(1_000)
  }),
  waitsForPeople: scenario('waits for people, is paused, goes on, is aborted', async (story) => {
    const { when, then } = story
    await released(story, { canary: { steps: [...twentyThenAsk.steps, { weight: 40 }, { pause: { for: '1h' } }] } }, 'v2')
    await then.phaseIs('Paused')
    await when.asks('promote')
    await then.runIs({ step: 3, weight: 40 })
    await when.asks('pause')
    await then.phaseIs('Paused')
    await when.asks('resume')
    await then.phaseIs('Progressing')
    await when.asks('abort', { reason: 'errors in the log' })
    await then.lastRunWas('Aborted')
    await then.nothingIsLeftOfTheRun()
  }),
  superseded: scenario('replaced, then reverted', async (story) => {
    const { when, then } = story
    await released(story, { canary: twentyThenAsk }, 'v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await when.applied(deploymentObject({ version: 'v3' }))
    await then.runIs({ id: 2, to: 'v3', step: 1, weight: 20 })
    await when.applied(deploymentObject({ version: 'v1' }))
    await then.runsWere('Superseded', 'Superseded')
    await then.nothingIsLeftOfTheRun()
    await then.phaseIs('Healthy')
  }),
  undone: scenario('promoted, then undone while the old version is warm', async (story) => {
    const { when, then } = story
    await released(story, { canary: { steps: [{ weight: 50 }] }, keepOld: '20s' }, 'v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.timePasses(500)
    await when.asks('undo')
    await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
    await then.nothingIsLeftOfTheRun()
  }),
  misconfigured: scenario('names a Service that is not there, until it is', async (story) => {
    const { given, when, then } = story
    await given.deployment()
    await given.rollout({ service: 'shop', canary: twentyThenAsk }, { await: false })
    await then.phaseIs('Degraded')
    await when.timePasses(1_000)
    await given.service()
    await then.phaseIs('Healthy')
  }),
  paused: scenario('its Rollout is paused, a changed template held; then it may go', async (story) => {
    const { given, when, then } = story
    await given.shopWithRoute({ ...quick, paused: true })
    await when.imageBecomes('v2')
    await then.phaseIs('Paused')
    await when.rolloutIsPatched({ paused: false })
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
  }),
  evidence: scenario('judged bad by its analysis', { only: 'embedded' }, async (story) => {
    await shopWithAnalysis(story, { metrics: [errors], historyMs: 60_000 })
    await story.when.imageBecomes('errors')
    await story.then.runIs({ step: 0 })
    await story.world.expect('an analysis that is judging', async () =>
      (await analysisOf(story.world))?.status?.phase === 'Running' ? undefined : 'none yet',
    )
    await endedAs(story.world, 'RolledBack', 3_600_000)
    await story.when.timePasses(5_000)
  }),
} satisfies Record<string, Scenario>

export type Course = keyof typeof courses
