import type { Json } from '../cluster/apiClient.ts'
import { shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

const gate = { gate: 'paused' } as const

/** Clusters without the policy API: the Deployment is kept paused, between runs too. */
export const gateFallback: Scenario[] = [
  scenario('without policies a release is judged all the same', gate, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await then.deploymentIsHeld('v1')
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.deploymentIsHeld('v2')
    await then.hasPods('v2', 4)
    await then.noPodRestarted('v2')
    await then.nothingIsLeftOfTheRun()
    await then.phaseIs('Healthy')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await when.imageBecomes('v3')
    await then.runIs({ id: 2, to: 'v3', step: 1, weight: 20 })
  }),

  scenario(
    'whoever applies the route again in a pause does not take the weight away for long',
    gate,
    async ({ given, when, then, world }) => {
      world.invariants.except('settled weights')
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.applied(world.made.route)
      await then.routeGives(20)
      await then.runIs({ id: 1, step: 1, weight: 20 })
      await then.waitsFor('somebody to promote it')
    },
  ),

  scenario(
    'unpaused by somebody in mid-run: the run ends Superseded and the route goes back',
    gate,
    async ({ given, when, then, world }) => {
      world.invariants.except('one active set', 'pods under traffic', 'settled weights')
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ id: 1, step: 1, weight: 20 })
      await when.somebodyResumes()
      await then.lastRunWas('Superseded', { because: 'let go by hand' })
      await then.nothingIsLeftOfTheRun()
      await then.routeIsAsBefore()
      await then.serviceIsAsBefore()
      await then.stableIs('v2')
      await then.hasPods('v2', 4)
      await then.phaseIs('Healthy')
      await then.deploymentIsHeld('v2')
    },
  ),

  scenario('without policies the cheap hand-over is the ordinary one: nothing is let go unjudged', gate, async ({ given, when, then }) => {
    await given.shopWithRoute({ handOver: { at: 50 }, canary: { steps: [{ weight: 50 }, { pause: {} }] } }, { replicas: 6 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 50 })
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.deploymentIsHeld('v2')
    await then.hasPods('v2', 6)
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),

  scenario(
    'a weight that was written by one that died before it could note so is taken back before the pods go',
    gate,
    async ({ given, when, then, world }) => {
      world.invariants.except('settled weights')
      await given.shopWithRoute({ canary: { steps: [{ pause: {} }, { weight: 20 }] } })
      await when.imageBecomes('v2')
      await then.runIs({ step: 0 })
      await then.hasPods('v2', 1)
      await when.controllerDies()
      await when.rewritten('HTTPRoute', (route) => ({
        ...route,
        spec: {
          ...route.spec,
          rules: route.spec.rules.map((rule: Json) => ({
            ...rule,
            backendRefs: rule.backendRefs.map((ref: Json) => ({ ...ref, weight: ref.name === shop ? 80 : 20 })),
          })),
        },
      }))
      await when.asks('abort')
      await when.anotherControllerStarts()
      await then.lastRunWas('Aborted')
      await then.nothingIsLeftOfTheRun()
      await then.routeIsAsBefore()
      await then.serviceIsAsBefore()
    },
  ),

  scenario('without policies an aborted release goes back', gate, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await then.nothingIsLeftOfTheRun()
    await then.noPodRestarted('v1')
    await then.routeIsAsBefore()
    await when.imageBecomes('v1')
    await then.phaseIs('Healthy')
    await then.deploymentIsHeld('v1')
  }),

  scenario('without policies a deleted Rollout leaves a Deployment that rolls out natively', gate, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await then.deploymentIsNotHeld()
    await when.imageBecomes('v2')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario('without policies scaling between runs works', gate, async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.scaledTo(6)
    await then.hasPods('v1', 6)
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.hasPods('v2', 2)
  }),
]
