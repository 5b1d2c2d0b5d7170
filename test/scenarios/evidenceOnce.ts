import type { Json } from '../cluster/apiClient.ts'
import { analysisOf, endedAs, limit, shopWithAnalysis, sourceObject, templateObject } from '../dsl/evidence.ts'
import { type Scenario, type Story, scenario } from '../dsl/scenario.ts'
import { Unexpected } from '../dsl/world.ts'

const minute = 60_000
const only = { only: 'embedded' } as const

const job = (tag: string): Json => ({
  name: 'smoke',
  job: {
    template: {
      backoffLimit: 0,
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'smoke', image: `smoke:${tag}`, args: ['http://{{arm.service}}'] }] },
      },
    },
  },
})
const hook = (more: Json = {}): Json => ({
  name: 'approval',
  webhook: { url: 'http://hooks.test/ask/{{namespace}}', pointer: '/ok', retries: 0, ...more },
})

/** Blue/green with an analysis before the switch, of these metrics. */
async function blueGreen({ given, world }: Story, metrics: Json[], use: Json = {}): Promise<void> {
  await world.api.create(sourceObject())
  await world.api.create(templateObject(metrics, { name: 'checks' }))
  const before = { templates: [{ name: 'checks' }], deadline: '10m' }
  await given.shopWithService({ blueGreen: {}, analysis: { before, ...use } }, { preStopSeconds: 2 })
  await given.traffic({ rps: 40 })
}

/** Jobs, webhooks, and what is measured before and after the switch of blue/green. */
export const evidenceOnce: Scenario[] = [
  scenario('blue/green: a smoke test that succeeds lets the switch happen', only, async (story) => {
    const { when, then, world } = story
    await blueGreen(story, [job('pass')])
    await when.imageBecomes('v2')
    await then.waitsFor('what is measured before the switch must pass')
    await endedAs(world, 'Promoted', 5 * minute)
    const [made] = await world.api.list('Job')
    if (made?.spec.template.spec.containers[0].args[0] !== 'http://shop-canary') throw new Unexpected(JSON.stringify(made?.spec))
    await then.noRequestWasLost()
  }),

  scenario('blue/green: a smoke test that fails leaves everything with the old version', only, async (story) => {
    const { when, then, world } = story
    await blueGreen(story, [job('fail')])
    await when.imageBecomes('v2')
    await endedAs(world, 'RolledBack', 5 * minute, /^smoke: Job shop-1-before-\w+ failed/)
    await then.callersMetOnly('direct', 'v1')
    await then.serviceIsAsBefore()
    await then.nothingIsLeftOfTheRun()
  }),

  scenario(
    'blue/green: what is measured after the switch switches back when it fails, and no pod of the old version starts anew',
    only,
    async (story) => {
      const { when, then, world } = story
      await world.api.create(templateObject([{ ...limit, threshold: { ...limit.threshold, count: 6 } }], { name: 'limits' }))
      const after = { templates: [{ name: 'limits' }], deadline: '10m' }
      await blueGreen(story, [job('pass')], { after })
      await when.imageBecomes('v2')
      await then.runIs({ stage: 'Promoting', weight: 100 })
      await then.waitsFor('what is measured after the switch must pass')
      await endedAs(world, 'Promoted', 10 * minute)
      await then.nothingIsLeftOfTheRun()
      await when.imageBecomes('errors')
      await endedAs(world, 'RolledBack', 10 * minute, /^limit: /)
      await then.serviceIsAsBefore()
      await then.noPodRestarted('v2')
      await then.noRequestWasLost()
    },
  ),

  scenario('a Job of a run that is aborted ends with it', only, async (story) => {
    const { when, then, world } = story
    await blueGreen(story, [job('slow')])
    await when.imageBecomes('v2')
    await then.waitsFor('what is measured before the switch must pass')
    await when.asks('abort')
    await endedAs(world, 'Aborted', 2 * minute)
    const left = await world.api.list('Job')
    if (left.some(({ metadata }) => !metadata.deletionTimestamp)) throw new Unexpected('the Job goes on')
  }),

  scenario('a webhook is asked once, signed, and its answer decides', only, async (story) => {
    const { when, then, world } = story
    await world.api.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'hooks' },
      stringData: { key: 'very secret', token: 'abc' },
    })
    const secret = { name: 'token', valueFrom: { secretKeyRef: { name: 'hooks', key: 'token' } } }
    await world.api.create(sourceObject())
    await world.api.create(
      templateObject([hook({ hmacSecretRef: { name: 'hooks', key: 'key' }, body: { token: '{{args.token}}' } })], {
        name: 'checks',
        args: [secret],
      }),
    )
    await story.given.shopWithService({ blueGreen: {}, analysis: { before: { templates: [{ name: 'checks' }] } } })
    const { network } = world.cluster
    if (!network) throw new Unexpected('no network')
    network.hook.answer.text = '{"ok": false}'
    await when.imageBecomes('v2')
    await endedAs(world, 'RolledBack', minute, /^approval: .*\/ok/)
    const [asked, ...more] = network.hook.asked
    if (!asked || more.length > 0) throw new Unexpected(`it was asked ${network.hook.asked.length} times`)
    if (!/^t=\d+,v1=[0-9a-f]{64}$/.test(asked.headers['x-serin-signature'] ?? asked.headers['X-Serin-Signature'] ?? ''))
      throw new Unexpected(JSON.stringify(asked.headers))
    const body = JSON.parse(asked.body)
    if (body.data.token !== 'abc' || body.rollout !== 'shop') throw new Unexpected(asked.body)
    const objects = JSON.stringify([
      ...(await world.api.list('AnalysisRun')),
      ...(await world.api.list('Rollout')),
      ...(await world.api.list('Event')),
    ])
    if (objects.includes('very secret') || objects.includes('"abc"') || world.controllers.log.some((line) => line.includes('very secret')))
      throw new Unexpected('a secret is shown')
    network.hook.answer.text = '{"ok": true}'
    await when.asks('retry')
    await endedAs(world, 'Promoted', minute)
    await then.nothingIsLeftOfTheRun()
  }),

  scenario('a webhook that does not answer makes the run wait', only, async (story) => {
    const { when, then, world } = story
    await blueGreen(story, [hook({ url: 'http://nobody.test/' })])
    await when.imageBecomes('v2')
    await world.cluster.pass(30_000)
    await then.waitsFor(/approval to answer, because/)
  }),

  scenario('an analysis by hand: from the past, at once', only, async (story) => {
    const { world } = story
    await shopWithAnalysis(story)
    const pods = (await world.api.list('Pod')).map(({ metadata }) => metadata.name)
    const startAt = new Date(world.cluster.clock.now() - 9 * minute).toISOString()
    const { metrics } = (await world.api.get('AnalysisTemplate', 'http'))?.spec ?? {}
    await world.api.create({
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'by-hand' },
      spec: {
        metrics,
        arms: { canary: { pods: pods.slice(2).join('|') }, baseline: { pods: pods.slice(0, 2).join('|') } },
        interval: '15s',
        bake: '1m',
        startAt,
      },
    })
    await world.cluster.pass(5_000)
    const run = await analysisOf(world, 'by-hand')
    if (run?.status?.phase !== 'Pass') throw new Unexpected(JSON.stringify(run?.status))
  }),
]
