import { deploymentObject, routeObject, serviceObject, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, type Story, scenario } from '../dsl/scenario.ts'
import { rolloutOf, routeOf, serviceOf } from '../dsl/sight.ts'

/** What stands in the repository, with the release that is under way. */
const repository = () => [deploymentObject({ version: 'v2' }), serviceObject(), routeObject()]

/** Everything is there, applied by a GitOps tool; a run stands at 20 %. */
async function runFromRepository({ given, when, then }: Story): Promise<void> {
  await given.shopWithRoute({ canary: twentyThenAsk })
  for (const object of [deploymentObject(), serviceObject(), routeObject()]) await when.applied(object)
  await when.applied(deploymentObject({ version: 'v2' }))
  await then.runIs({ id: 1, step: 1, weight: 20 })
}

async function runIsUntouched({ when, then }: Story): Promise<void> {
  await when.timePasses(1_500)
  await then.runIs({ id: 1, step: 1, weight: 20 })
  await then.routeGives(20)
  await then.serviceIsPinnedTo('v1')
  await then.deploymentIsHeld('v2')
  await then.hasPods('v2', 1)
}

/** A tool that re-applies at any moment disturbs nothing. */
export const gitOps: Scenario[] = [
  scenario('forced server-side apply of everything leaves the run alone', async (story) => {
    await runFromRepository(story)
    for (let round = 0; round < 3; round++) for (const object of repository()) await story.when.applied(object, { force: true })
    await runIsUntouched(story)
  }),

  scenario('replace of everything leaves the run alone', async (story) => {
    await runFromRepository(story)
    for (let round = 0; round < 2; round++) for (const object of repository()) await story.when.replaced(object)
    await runIsUntouched(story)
    const { world, when, then } = story
    await world.expect('the label to be there still', async () =>
      (await routeOf(world))?.metadata.labels?.['serin.dev/run'] && (await serviceOf(world))?.metadata.labels?.['serin.dev/run']
        ? undefined
        : 'it is gone',
    )
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario('the server-side diff is empty in mid-run', async (story) => {
    await runFromRepository(story)
    const { world } = story
    for (const object of repository()) {
      const { kind, metadata } = object
      const live = await world.api.get(kind, metadata.name)
      const dry = await world.api.apply(object, { manager: 'gitops', force: true, dryRun: true })
      const bare = ({
        metadata: { managedFields: _, resourceVersion: __, generation: ___, ...meta },
        spec,
      }: {
        metadata: Record<string, unknown>
        spec: unknown
      }) => JSON.stringify({ meta, spec })
      await world.expect(
        `no difference in ${kind}`,
        async () => (bare(dry) === bare(live) ? undefined : `${bare(live)} -> ${bare(dry)}`),
        0,
      )
    }
    await runIsUntouched(story)
  }),

  scenario('weights edited by hand are given back, and who tried is noted', async (story) => {
    await runFromRepository(story)
    const { when } = story
    await when.rewritten('HTTPRoute', (route) => ({ ...route, spec: { ...route.spec, rules: routeObject().spec.rules } }), { as: 'anna' })
    await runIsUntouched(story)
    await story.then.eventWas('RouteEditDiscarded', 'the rules that anna wrote were discarded')
    await when.asks('promote')
    await story.then.lastRunWas('Promoted')
    await story.then.nothingIsLeftOfTheRun()
    await story.then.routeIsAsBefore()
  }),

  scenario('the pin cannot be taken out by hand', async (story) => {
    await runFromRepository(story)
    await story.when.rewritten('Service', (service) => ({
      ...service,
      metadata: { ...service.metadata, labels: {} },
      spec: { ...service.spec, selector: { app: 'shop' } },
    }))
    await runIsUntouched(story)
  }),

  scenario('what is not held goes through: ports of the Service, hostnames of the route', async (story) => {
    await runFromRepository(story)
    const { when, world } = story
    await when.rewritten('HTTPRoute', (route) => ({ ...route, spec: { ...route.spec, hostnames: ['shop.example.com', 'b.example.com'] } }))
    await world.expect('the new hostname', async () =>
      (await routeOf(world))?.spec.hostnames.length === 2 ? undefined : 'it is not there',
    )
    await runIsUntouched(story)
  }),

  scenario('a tool that applies the whole Rollout again changes nothing of its run', async (story) => {
    await runFromRepository(story)
    const { when, world } = story
    for (let round = 0; round < 3; round++) await when.applied(world.made.rollout)
    await runIsUntouched(story)
    await world.expect('the finalizer of the run to be there', async () =>
      (await rolloutOf(world))?.metadata.finalizers?.includes('serin.dev/run') ? undefined : 'it is gone',
    )
  }),

  scenario('re-applying all through a run, every half second, changes nothing of its course', async (story) => {
    const { given, when, then } = story
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '1s' } }, { weight: 60 }] } })
    for (const object of [deploymentObject(), serviceObject(), routeObject()]) await when.applied(object)
    for (let round = 0; round < 24; round++) {
      for (const object of repository()) await when.applied(object)
      await when.timePasses(500)
    }
    await then.lastRunWas('Promoted', { id: 1 })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),
]
