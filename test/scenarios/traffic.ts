import { routeObject, serviceObject, shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { routeOf } from '../dsl/sight.ts'
import { told } from '../dsl/world.ts'

/** What carries the requests, and what happens when it does not. */
export const traffic: Scenario[] = [
  scenario('callers of the root Service meet no canary pod before its promotion', { only: 'embedded' }, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.traffic()
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.timePasses(3_000)
    await then.callersMetOnly('direct', 'v1')
    await then.callersMetOnly('gateway', 'v1', 'v2')
    await then.measuredShareIs('v2', 20)
  }),

  scenario('no request is lost in a whole release', { only: 'embedded' }, async ({ given, when, then }) => {
    const steps = [{ weight: 10 }, { weight: 50 }, { pause: { for: '2s' } }]
    await given.shopWithRoute({ canary: { steps } })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await when.timePasses(2_000)
    await then.noRequestWasLost()
    await then.countsAreReset()
    await when.timePasses(1_000)
    await then.callersMetOnly('gateway', 'v2')
    await then.callersMetOnly('direct', 'v2')
  }),

  scenario('no request is lost in a rollback', { only: 'embedded' }, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }, { pause: {} }] } })
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await then.nothingIsLeftOfTheRun()
    await then.noRequestWasLost()
    await then.countsAreReset()
    await when.timePasses(1_000)
    await then.callersMetOnly('gateway', 'v1')
  }),

  scenario('a foreign backend keeps its share of the requests', async ({ given, when, then, world }) => {
    await given.deployment()
    await given.service()
    await given.service({ name: 'legacy', selector: { app: 'legacy' } })
    world.made.service = serviceObject()
    await given.httpRoute({
      rules: [
        {
          backendRefs: [
            { name: shop, port: 80, weight: 3 },
            { name: 'legacy', port: 80, weight: 1 },
          ],
        },
      ],
    })
    await given.rollout({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.routeGives(20)
    const refs = (await routeOf(world))?.spec.rules[0].backendRefs as { name: string; weight: number }[]
    const all = refs.reduce((sum, { weight }) => sum + weight, 0)
    await world.expect('a quarter for the foreign backend', async () => {
      const share = (refs.find(({ name }) => name === 'legacy')?.weight ?? 0) / all
      return share === 0.25 ? undefined : `${share}`
    })
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
  }),

  scenario('rules that do not name the Service are left alone', async ({ given, when, then, world }) => {
    const preview = {
      matches: [{ path: { type: 'PathPrefix', value: '/docs' } }],
      filters: [{ type: 'RequestRedirect', requestRedirect: { path: { type: 'ReplaceFullPath', replaceFullPath: '/' } } }],
    }
    await given.deployment()
    await given.service()
    await given.httpRoute({ rules: [{ backendRefs: [{ name: shop, port: 80 }] }, preview] })
    await given.rollout({ canary: twentyThenAsk })
    const before = JSON.stringify((await routeOf(world))?.spec.rules[1])
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await world.expect('the other rule to be as it was', async () => {
      const now = JSON.stringify((await routeOf(world))?.spec.rules[1])
      return now === before ? undefined : now
    })
    await when.asks('abort')
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
  }),

  scenario('a gateway that resolves no references stops the run and turns it round', async ({ given, when, then }) => {
    await given.deployment()
    await given.service({ name: 'legacy', selector: { app: 'legacy' } })
    await given.service()
    await given.httpRoute({
      rules: [
        { backendRefs: [{ name: shop, port: 80 }] },
        { matches: [{ path: { value: '/old' } }], backendRefs: [{ name: 'legacy', port: 80 }] },
      ],
    })
    await given.rollout({ canary: { steps: [{ weight: 20 }, { pause: {} }, { weight: 60 }, { pause: {} }] } })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.deleted('Service', 'legacy')
    await when.asks('promote')
    await then.lastRunWas('RolledBack', { because: 'ResolvedRefs=False' })
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.hasNoPods('v2')
  }),

  scenario('a gateway that never confirms a weight turns the run round', { alone: true }, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, traffic: { verify: { timeout: '3s', settle: '1s' } } })
    await when.gatewayFallsSilent()
    await when.imageBecomes('v2')
    await then.waitsFor('to confirm 20 %')
    await then.lastRunWas('RolledBack', { because: 'did not confirm its weights within 3s' })
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.hasNoPods('v2')
  }),

  scenario('a route deleted in mid-run turns the run round, and nothing is left', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.deleted('HTTPRoute')
    await then.lastRunWas('RolledBack', { because: 'HTTPRoute shop is gone' })
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
    await then.hasNoPods('v2')
    await then.deploymentIsHeld('v2')
  }),

  scenario('a Service that is deleted in mid-run and made again refuses nobody', async ({ given, when, then, world }) => {
    world.invariants.except('pinned root', 'pods under traffic')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.deleted('Service', shop)
    await then.waitsFor('Service shop to be made again')
    await given.service()
    await then.serviceIsPinnedTo('v1')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await when.asks('promote')
    await then.lastRunWas('Promoted', { id: 1 })
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
    await then.routeIsAsBefore()
  }),

  scenario(
    "the new version's Service, deleted before the hand-over, is made again before it gets everything",
    async ({ given, when, then }) => {
      await given.shopWithRoute({ canary: { steps: [{ pause: {} }] } })
      await when.imageBecomes('v2')
      await then.runIs({ step: 0 })
      await when.controllerDies()
      await when.deleted('Service', 'shop-canary')
      await when.asks('promote')
      await when.anotherControllerStarts()
      await then.lastRunWas('Promoted')
      await then.nothingIsLeftOfTheRun()
      await then.serviceIsAsBefore()
      await then.routeIsAsBefore()
    },
  ),

  scenario('a missing Service is said, and the run begins when it comes', async ({ given, when, then, world }) => {
    await given.deployment()
    await given.rollout(
      { service: shop, traffic: { routes: [{ kind: 'HTTPRoute', name: shop }] }, canary: twentyThenAsk },
      { await: false },
    )
    await then.conditionIs('Ready', 'False', 'ServiceMissing')
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await then.phaseIs('Degraded', { message: 'Service shop does not exist' })
    await given.service()
    await then.conditionIs('Stalled', 'True', 'RouteMissing')
    await given.httpRoute()
    await world.expect('the run', async () => ((await world.api.get('Rollout', shop))?.status.run ? undefined : 'none'), 30_000)
    await then.runIs({ id: 1, step: 1, weight: 20 })
  }),

  scenario('a Service that selects other pods is refused with a sentence', async ({ given, when, then }) => {
    await given.deployment()
    await given.service({ selector: { app: shop, tier: 'web' } })
    await given.httpRoute()
    await given.rollout({ canary: twentyThenAsk }, { await: false })
    await then.conditionIs('Ready', 'False', 'ServiceUnfit')
    await then.phaseIs('Degraded', { message: 'selects tier=web' })
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await then.everHadPods('v2', 0)
  }),

  scenario("a stranger's Service of the canary's name is not touched", async ({ given, when, then, world }) => {
    await given.deployment()
    await given.service({ name: 'shop-canary', selector: { app: 'other' } })
    await given.service()
    await given.httpRoute()
    await given.rollout({ canary: twentyThenAsk }, { await: false })
    await then.phaseIs('Degraded', { message: "a Service shop-canary already, which is not this Rollout's" })
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await when.timePasses(2_000)
    await world.expect('the Service to be as it was', async () => {
      const selector = (await world.api.get('Service', 'shop-canary'))?.spec.selector
      return JSON.stringify(selector) === '{"app":"other"}' ? undefined : told(selector)
    })
    await then.everHadPods('v2', 0)
    await when.deleted('Service', 'shop-canary')
    await world.expect(
      'the run to go on',
      async () => ((await world.api.get('Rollout', shop))?.status.run?.step?.index === 1 ? undefined : 'not yet'),
      60_000,
    )
    await then.routeGives(20)
  }),

  scenario('a route without a rule for the Service is refused with a sentence', async ({ given, then }) => {
    await given.deployment()
    await given.service()
    await given.service({ name: 'legacy', selector: { app: 'legacy' } })
    await given.httpRoute({ rules: [{ backendRefs: [{ name: 'legacy', port: 80 }] }] })
    await given.rollout({ service: shop, canary: twentyThenAsk }, { await: false })
    await then.conditionIs('Ready', 'False', 'RouterCannot')
    await then.phaseIs('Degraded', { message: 'no rule of HTTPRoute shop names Service shop' })
  }),

  scenario('what was edited between two runs is what the next run puts back', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, keepOld: '1s' })
    await when.imageBecomes('v2')
    await then.nothingIsLeftOfTheRun()
    await then.lastRunWas('Promoted')
    const rules = [{ timeouts: { request: '7s' }, backendRefs: [{ name: shop, port: 80, weight: 7 }] }]
    world.made.route = routeObject({ rules })
    await when.rewritten('HTTPRoute', (route) => ({ ...route, spec: { ...route.spec, rules } }))
    await when.imageBecomes('v3')
    await then.lastRunWas('Promoted', { to: 'v3' })
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
  }),
]
