import {
  analysisOf,
  badAnswers,
  ended,
  endedAs,
  errors,
  latency,
  limit,
  memory,
  shopWithAnalysis,
  templateObject,
} from '../dsl/evidence.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { rolloutOf } from '../dsl/sight.ts'
import { Unexpected } from '../dsl/world.ts'

const minute = 60_000
const only = { only: 'embedded' } as const

/** What the judge makes of releases with traffic. */
export const evidence: Scenario[] = [
  scenario('a good release is promoted by evidence, without anybody', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    await then.waitsFor('1 % is left when the release surely harms less than 0.1% of all requests')
    const last = await endedAs(world, 'Promoted', 30 * minute)
    await then.noRequestWasLost()
    await then.eventWas('AnalysisPass', 'run 1')
    const run = await analysisOf(world, last.analysis)
    if (run?.status.phase !== 'Pass') throw new Unexpected(`its analysis is ${run?.status.phase}: ${run?.status.message}`)
  }),

  scenario('a release with ten times the errors is rolled back after a handful of bad answers', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('errors')
    await endedAs(world, 'RolledBack', 30 * minute, /^errors: /)
    const bad = badAnswers(world, 'errors')
    if (bad >= 40 || bad === 0) throw new Unexpected(`${bad} bad answers`)
    await then.routeIsAsBefore()
    await then.noRequestWasLost()
    await then.nothingIsLeftOfTheRun()
    await then.eventWas('AnalysisFail', 'errors: ')
  }),

  scenario('a release that is slower by half is rolled back', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('slower')
    await endedAs(world, 'RolledBack', 30 * minute, /^latency: /)
  }),

  scenario('a release that goes wrong only after minutes is rolled back', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, { use: { bake: '8m' } })
    await when.imageBecomes('late')
    await endedAs(world, 'RolledBack', 40 * minute, /^errors: /)
  }),

  scenario('a dependency that fails for both versions rolls nothing back', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await world.cluster.pass(20_000)
    const over = world.cluster.inside?.traffic.incident({ errorRate: 0.2, latencyFactor: 3 })
    await world.cluster.pass(2 * minute)
    over?.()
    await endedAs(world, 'Promoted', 30 * minute)
  }),

  scenario('a release whose pods crash under traffic is rolled back, though no metric shows it', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, { historyMs: 60_000, spec: { progressDeadline: '5m' } })
    await when.imageBecomes('crashes')
    await endedAs(world, 'RolledBack', 10 * minute, /^pods of the new version crash: [345] restarts of 1 pod/)
  }),

  scenario('a baseline that is ready only now and then is not taken for a routing that does not obey', only, async (story) => {
    const { when, world } = story
    const steps = [{ weight: 20 }, { pause: { for: '4m' } }]
    await shopWithAnalysis(story, { template: { interval: '60s' }, use: { onInconclusive: 'rollback' }, spec: { canary: { steps } } })
    await when.imageBecomes('v2')
    for (let minutes = 0; minutes < 6; minutes++) {
      const recover = world.cluster.inside?.mishaps.ail(({ spec }) => spec.containers[0].image === 'demo:v1')
      await world.cluster.pass(50_000)
      recover?.()
      await world.cluster.pass(10_000)
    }
    await endedAs(world, 'Promoted', 20 * minute)
  }),

  scenario('a leak that only grows is found by its trend', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, {
      metrics: [errors, { ...memory, trend: true }],
      use: { bake: '25m' },
    })
    await when.imageBecomes('leaks')
    await endedAs(world, 'RolledBack', 60 * minute, /^memory: /)
  }),

  scenario('conditions alone: each weight is held for its time, and one that fails rolls back', only, async (story) => {
    const { when, then, world } = story
    const spec = { canary: { ramp: { weights: [20, 50], interval: '40s' } } }
    await shopWithAnalysis(story, { metrics: [limit], spec })
    await when.imageBecomes('v2')
    await then.runIs({ weight: 20 })
    await world.cluster.pass(30_000)
    await then.waitsFor('a pause of 40s to end')
    await endedAs(world, 'Promoted', 10 * minute)
    await when.imageBecomes('errors')
    await endedAs(world, 'RolledBack', 10 * minute, /^limit: /)
  }),

  scenario("Kayenta's rules judge once", only, async (story) => {
    const { when, world } = story
    const template = { judge: { kind: 'kayenta', kayenta: { after: '3m' } } }
    const spec = { canary: { steps: [{ weight: 20 }] } }
    await shopWithAnalysis(story, { spec, template, metrics: [latency] })
    await when.imageBecomes('slower')
    await endedAs(world, 'RolledBack', 10 * minute, 'Kayenta')
  }),

  scenario('a metric that is only tried out decides nothing', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, { metrics: [latency, { ...errors, dryRun: true }] })
    await when.imageBecomes('errors')
    const last = await endedAs(world, 'Promoted', 40 * minute)
    const run = await analysisOf(world, last.analysis)
    const tried = run?.status.metrics.find(({ name }: { name: string }) => name === 'errors')
    if (tried?.verdict !== 'Fail' || !tried.dryRun) throw new Unexpected(JSON.stringify(tried))
  }),

  scenario('an edited template does not change a run under way, and changes the next', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('errors')
    await world.cluster.pass(5_000)
    await world.api.patch('AnalysisTemplate', 'http', 'merge', { spec: templateObject([{ ...errors, dryRun: true }, latency]).spec })
    await endedAs(world, 'RolledBack', 30 * minute, /^errors: /)
    await when.asks('retry')
    await world.cluster.pass(2_000)
    const last = await ended(world, 40 * minute)
    if (last.result !== 'Promoted' || last.id !== 2) throw new Unexpected(`run ${last.id} was ${last.result}: ${last.because}`)
  }),

  scenario('evidence is of one version: a newer template begins anew', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('errors')
    await world.cluster.pass(20_000)
    await when.imageBecomes('v2')
    await then.lastRunWas('Superseded', { id: 1 })
    await world.cluster.pass(5_000)
    const first = await analysisOf(world, 'shop-1')
    if (first?.status.phase !== 'Stopped') throw new Unexpected(`the first analysis is ${first?.status.phase}`)
    const last = await endedAs(world, 'Promoted', 30 * minute)
    if (last.analysis !== 'shop-2') throw new Unexpected(`the analysis of the second run is ${last.analysis}`)
  }),

  scenario('explicit steps go on by their own rules; the promotion still needs a pass', only, async (story) => {
    const { when, then, world } = story
    const spec = { canary: { steps: [{ weight: 10 }, { pause: { for: '5s' } }, { weight: 50 }] } }
    await shopWithAnalysis(story, { spec, use: { bake: '4m' } })
    await when.imageBecomes('v2')
    await world.cluster.pass(30_000)
    await then.runIs({ weight: 50, step: 3 })
    await then.waitsFor('promoted when every metric is surely within its margin')
    await endedAs(world, 'Promoted', 30 * minute)
  }),

  scenario('a step that is an analysis of its own waits for its pass', only, async (story) => {
    const { when, then, world } = story
    const steps = [{ weight: 10 }, { analyze: { templates: [{ name: 'limits' }], atMost: '10m' } }, { weight: 50 }]
    await world.api.create(templateObject([{ ...limit, threshold: { ...limit.threshold, count: 4 } }], { name: 'limits' }))
    await shopWithAnalysis(story, { spec: { analysis: undefined, canary: { steps } } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 10 })
    await then.waitsFor('step 2 is an analysis that must pass')
    await endedAs(world, 'Promoted', 10 * minute)
    await when.imageBecomes('errors')
    await endedAs(world, 'RolledBack', 10 * minute, /^limit: /)
  }),

  scenario('a person may go on without the evidence, step by step or at once', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { rps: 1, historyMs: 30_000 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 1 })
    const asked = await when.asks('promote', { run: 1, step: 1 })
    await then.commandWas(asked, 'Done', 'ended the waiting for evidence of step 2')
    await then.runIs({ weight: 5 })
    await when.asks('promoteFull', { run: 1 })
    await endedAs(world, 'Promoted', 2 * minute)
  }),

  scenario('harm rolls back while a person has paused the run, too', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { spec: { canary: { ramp: { weights: [10, 50] } } } })
    await when.imageBecomes('errors')
    await then.runIs({ weight: 10, step: 1 })
    await when.asks('pause')
    await endedAs(world, 'RolledBack', 30 * minute, /^errors: /)
  }),

  scenario('status, at every moment: what is known, what is missing, how long', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, { rps: 10 })
    await when.imageBecomes('v2')
    await world.cluster.pass(50_000)
    const { status } = (await rolloutOf(world)) ?? {}
    const said: string = status?.run?.waiting?.for ?? ''
    if (!/needed for a pass; .*(minute|hour| s\b)/.test(said)) throw new Unexpected(`it waits for: ${said}`)
    if (!status.message.includes('waiting for evidence')) throw new Unexpected(status.message)
  }),
]
