import { analysisOf, ended, endedAs, errors, shopWithAnalysis, sourceObject, templateObject } from '../dsl/evidence.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { rolloutOf } from '../dsl/sight.ts'
import { Unexpected } from '../dsl/world.ts'

const minute = 60_000
const only = { only: 'embedded' } as const

/** What happens where evidence does not come. */
export const evidenceMissing: Scenario[] = [
  scenario('a source that is down pauses the run with the reason; it neither passes nor fails it', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    const up = world.cluster.inside?.prometheus.break({ down: true })
    await world.cluster.pass(5 * minute)
    await then.runIs({ weight: 1, step: 1 })
    await then.waitsFor(/MetricSource .*default to answer, because/)
    const source = await world.api.get('MetricSource', 'default')
    if (source?.status?.state !== 'Down') throw new Unexpected(`the source is ${JSON.stringify(source?.status)}`)
    up?.()
    await endedAs(world, 'Promoted', 30 * minute)
    const ready = await world.api.get('MetricSource', 'default')
    if (ready?.status?.state !== 'Ready') throw new Unexpected(`the source is ${JSON.stringify(ready?.status)}`)
  }),

  scenario('Prometheus that restarts in mid-run loses no interval', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await world.cluster.pass(15_000)
    await then.runIs({ weight: 5 })
    world.cluster.inside?.prometheus.restart(20_000)
    const last = await endedAs(world, 'Promoted', 30 * minute)
    const { status } = (await analysisOf(world, last.analysis)) ?? {}
    const judged = (Date.parse(status.through) - Date.parse(status.startedAt)) / 15_000
    if (status.intervals !== judged) throw new Unexpected(`${status.intervals} of ${judged} intervals`)
  }),

  scenario('a controller that restarts in mid-analysis loses no interval and says the same', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await world.cluster.pass(15_000)
    await then.runIs({ weight: 5 })
    await when.controllerDies()
    await world.cluster.pass(40_000)
    await when.anotherControllerStarts()
    const last = await endedAs(world, 'Promoted', 30 * minute)
    const { status } = (await analysisOf(world, last.analysis)) ?? {}
    const judged = (Date.parse(status.through) - Date.parse(status.startedAt)) / 15_000
    if (status.intervals !== judged) throw new Unexpected(`${status.intervals} of ${judged} intervals`)
  }),

  scenario('no metrics of the new version: the run pauses and says which are missing', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    world.cluster.inside?.images.set('demo:v2', {})
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    const { status } = (await rolloutOf(world)) ?? {}
    const mend = world.cluster.inside?.prometheus.break({ dropPods: new RegExp(`^${status.run.to.set}-`) })
    await world.cluster.pass(3 * minute)
    await then.waitsFor(
      /no data of the new version \(pods .*\) for 3 intervals, though the old one has some: is there traffic, and are the pods scraped\?/,
    )
    await then.eventWas('AnalysisWaits', 'no data of the new version')
    mend?.()
    await endedAs(world, 'Promoted', 30 * minute)
  }),

  scenario('a condition whose query gives nothing never promotes', only, async (story) => {
    const { when, then, world } = story
    const typo = { name: 'limit', threshold: { query: 'no_such_metric{pod=~"{{arm.pods}}"}', pass: 'value < 0.02' } }
    await shopWithAnalysis(story, { metrics: [typo], historyMs: 10_000, spec: { canary: { steps: [{ weight: 10 }] } } })
    await when.imageBecomes('errors')
    await world.cluster.pass(10 * minute)
    await then.runIs({ weight: 10, stage: 'Stepping' })
    await then.waitsFor('somebody to decide')
  }),

  scenario('analysis removed from the spec in mid-run: what the run measures stays', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('errors')
    await then.runIs({ weight: 1 })
    await when.rolloutIsPatched({ analysis: null })
    await endedAs(world, 'RolledBack', 30 * minute, /^errors: /)
  }),

  scenario('nobody but the controller writes the analysis of a run', async ({ given, world }) => {
    await given.deployment()
    const spec = {
      for: { rollout: 'shop', run: 1, stage: 'Background' },
      metrics: [{ name: 'ok', threshold: { query: 'vector(0)', pass: 'value < 1', count: 1 } }],
      arms: { canary: { pods: 'a' } },
    }
    const object = (more: object) => ({
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'shop-1' },
      spec: { ...spec, ...more },
    })
    const refused = await world
      .as('anna')
      .create(object({}))
      .then(
        () => 'nobody',
        (error: Error) => error.message,
      )
    if (!refused.includes('written by the controller alone')) throw new Unexpected(`it was refused by ${refused}`)
    await world.as('anna').create(object({ for: undefined }))
  }),

  scenario('onNoData rollback: no metrics of the new version roll it back', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { use: { onNoData: 'rollback' } })
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    const { status } = (await rolloutOf(world)) ?? {}
    world.cluster.inside?.prometheus.break({ dropPods: new RegExp(`^${status.run.to.set}-`) })
    await endedAs(world, 'RolledBack', 10 * minute, 'no data of the new version')
  }),

  scenario('onNoData ignore: what has no data holds nothing up', only, async (story) => {
    const { when, world } = story
    const lost = { name: 'lost', gauge: { query: 'nobody_has_this{pod=~"{{arm.pods}}"}' } }
    await shopWithAnalysis(story, { metrics: [errors, lost], use: { onNoData: 'ignore' } })
    await when.imageBecomes('v2')
    await endedAs(world, 'Promoted', 30 * minute)
  }),

  scenario('traffic that stops: the run pauses, and goes on when it is back', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await world.cluster.pass(15_000)
    await then.runIs({ weight: 5 })
    await world.cluster.pass(5_000)
    world.cluster.inside?.load.stop()
    await world.cluster.pass(4 * minute)
    await then.waitsFor('no requests to either version')
    await story.given.traffic({ rps: 100 })
    await endedAs(world, 'Promoted', 30 * minute)
  }),

  scenario('too little traffic: inconclusive at the deadline, and a person decides', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { rps: 1, historyMs: 30_000, use: { deadline: '5m' } })
    await when.imageBecomes('v2')
    await world.cluster.pass(7 * minute)
    await then.waitsFor(/Undecided after .* the deadline.*serin promote shop goes on, serin abort goes back/)
    await then.phaseIs('Paused')
    await when.asks('abort')
    await endedAs(world, 'Aborted', 2 * minute)
  }),

  scenario('onInconclusive promote: goes on when nothing ever looked like harm', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, { rps: 2, historyMs: 30_000, use: { deadline: '4m', onInconclusive: 'promote' }, metrics: [errors] })
    world.cluster.inside?.images.set('demo:v1', { errorRate: 0 })
    world.cluster.inside?.images.set('demo:v2', { errorRate: 0 })
    await when.imageBecomes('v2')
    await endedAs(world, 'Promoted', 30 * minute)
  }),

  scenario('onInconclusive rollback', only, async (story) => {
    const { when, world } = story
    await shopWithAnalysis(story, { rps: 1, historyMs: 30_000, use: { deadline: '4m', onInconclusive: 'rollback' } })
    await when.imageBecomes('v2')
    await endedAs(world, 'RolledBack', 10 * minute, 'Undecided after')
  }),

  scenario('a template that is not there keeps a changed version held, and says what to write', only, async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story, { historyMs: 0 })
    await when.deleted('AnalysisTemplate', 'http')
    await when.imageBecomes('v2')
    await then.conditionIs('Stalled', 'True', 'AnalysisUnfit')
    await then.phaseIs('Degraded', { message: 'http' })
    await then.deploymentIsHeld('v2')
    await world.api.create(templateObject([errors]))
    await world.cluster.pass(12_000)
    await then.runIs({ id: 1, weight: 1 })
  }),

  scenario('a source that is not there, and a query that it refuses, are said', only, async (story) => {
    const { when, then, world } = story
    const broken = { name: 'broken', gauge: { query: 'sum by (pod) (rate(x{pod=~"{{arm.pods}}"}' } }
    await shopWithAnalysis(story, { metrics: [errors, broken], historyMs: 10_000 })
    await when.deleted('MetricSource', 'default')
    await when.imageBecomes('v2')
    await world.cluster.pass(minute)
    await then.waitsFor(/default/)
    await world.api.create(sourceObject())
    await world.cluster.pass(2 * minute)
    await then.waitsFor(/broken: .*(parse|syntax|unexpected|bad_data)/i)
    await when.asks('abort')
    const last = await ended(world, 2 * minute)
    if (last.result !== 'Aborted') throw new Unexpected(last.result)
  }),
]
