import { shardOf } from '../../controller/src/kube/shard.ts'
import type { Json } from '../cluster/apiClient.ts'
import { shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

const rollouts = { name: 'rollouts.serin.dev' }

/** What somebody has to mend before a controller can work, and several controllers in one cluster. */
export const installation: Scenario[] = [
  scenario(
    'definitions older than the controller: it says what they lack, and works as soon as they are new',
    { controller: 'none', alone: true },
    async ({ given, when, then }) => {
      await given.deployment()
      await given.service()
      await given.httpRoute()
      let present: Json = {}
      await when.rewritten(
        'CustomResourceDefinition',
        (crd) => {
          present = structuredClone(crd.spec)
          const status = crd.spec.versions[0].schema.openAPIV3Schema.properties.status
          delete status.properties.run.properties.shifts
          delete status.properties.lastRun
          return crd
        },
        rollouts,
      )
      try {
        await given.controller({ leaderElection: true })
        await then.controllerIsNotReady(
          /older than this controller.*: Rollout lacks status\.run\.shifts, status\.lastRun\. Run helm upgrade/,
        )
        await given.rollout({ canary: twentyThenAsk }, { await: false })
        await when.timePasses(3_000)
        await then.nobodyLeads()
        await then.deploymentIsNotManaged()
      } finally {
        await when.rewritten('CustomResourceDefinition', (crd) => ({ ...crd, spec: present }), rollouts)
      }
      await then.phaseIs('Healthy')
      await then.deploymentIsManaged(shop)
      await when.imageBecomes('v2')
      await then.runIs({ id: 1, step: 1, weight: 20 })
      await then.controllersWere(1)
    },
  ),

  scenario(
    'without the right to look at the definitions it takes them as good',
    { controller: 'none', only: 'embedded' },
    async ({ given, when, then }) => {
      const withoutDefinitions = (role: Json): Json => ({
        ...role,
        rules: role.rules.filter(({ resources }: Json) => !resources.includes('customresourcedefinitions')),
      })
      await when.rewritten('ClusterRole', withoutDefinitions, { name: 'serin-cluster' })
      await given.controller()
      await given.shopWithRoute({ canary: twentyThenAsk })
      await then.controllersSaid(/WARN may not look whether the CustomResourceDefinitions are of this version/)
    },
  ),

  scenario(
    'two releases side by side, each with its namespace, user and policies, both work',
    { controller: 'none', unguarded: true },
    async ({ world, elsewhere, ...one }) => {
      const two = await elsewhere()
      const place = (namespace: string) => ({ namespace, leaderElection: true, leaseName: `lease-${namespace}` })
      await one.given.policiesOf('serin', world.namespace)
      await one.given.policiesOf('other', two.world.namespace)
      world.controllers.start(place(world.namespace))
      world.controllers.start({ ...place(two.world.namespace), as: 'other' })
      for (const { given, when, then } of [one, two]) {
        await given.shopWithRoute({ canary: twentyThenAsk })
        await when.imageBecomes('v2')
        await then.deploymentIsHeld('v2')
        await then.runIs({ id: 1, step: 1, weight: 20 })
      }
      for (const { when, then } of [one, two]) {
        await when.asks('promote')
        await then.lastRunWas('Promoted')
        await then.nothingIsLeftOfTheRun()
        await then.phaseIs('Healthy')
      }
    },
  ),

  scenario(
    'a controller in a namespace that the policies of another release reach says so, and changes nothing',
    { controller: 'none', unguarded: true },
    async ({ given, then, world }) => {
      await given.policiesOf('other', world.namespace)
      await given.policiesOf('serin', world.namespace)
      const { lifeline } = world.controllers.start({ namespace: world.namespace })
      await given.deployment()
      await given.rollout({ canary: twentyThenAsk }, { await: false })
      await then.conditionIs('Ready', 'False', 'GateNotOurs')
      await then.phaseIs('Degraded', {
        message: /another release of Serin too \(other-.*do not exempt system:serviceaccount:serin-system:serin/,
      })
      await then.deploymentIsNotManaged()
      await then.onlyStatusWasWritten(lifeline)
    },
  ),

  scenario(
    'a second controller where another release works complains once, and the release goes on',
    { controller: 'none', unguarded: true },
    async ({ given, when, then, world }) => {
      await given.policiesOf('serin', world.namespace)
      world.controllers.start({ namespace: world.namespace })
      await given.shopWithRoute({ canary: twentyThenAsk })
      const { lifeline } = world.controllers.start({ namespace: world.namespace, as: 'other' })
      await then.eventWas('Degraded', /do not exempt system:serviceaccount:serin-other:serin/)
      await then.phaseIs('Healthy')
      await when.imageBecomes('v2')
      await then.runIs({ id: 1, step: 1, weight: 20 })
      await when.asks('promote')
      await then.lastRunWas('Promoted')
      await then.nothingIsLeftOfTheRun()
      await then.phaseIs('Healthy')
      await then.onlyStatusWasWritten(lifeline, 1)
    },
  ),

  scenario(
    'two shards share the namespaces: each release is the work of one of them',
    { controller: 'none', alone: true, unguarded: true },
    async ({ world, elsewhere, ...one }) => {
      const shard = shardOf(world.namespace, 2)
      let two = await elsewhere()
      while (shardOf(two.world.namespace, 2) === shard) two = await elsewhere()
      await one.given.policiesOf('serin', world.namespace, two.world.namespace)
      const [first, second] = [0, 1].map((index) => world.controllers.start({ shard: { index, of: 2 }, leaderElection: true }))
      const [mine, others] = shard === 0 ? [first, second] : [second, first]
      for (const { given, when, then } of [one, two]) {
        await given.shopWithRoute({ canary: twentyThenAsk })
        await when.imageBecomes('v2')
        await then.runIs({ id: 1, step: 1, weight: 20 })
        await when.asks('promote')
        await then.lastRunWas('Promoted')
        await then.nothingIsLeftOfTheRun()
      }
      await one.then.wroteInAndNotIn(mine?.lifeline, world.namespace, two.world.namespace)
      await one.then.wroteInAndNotIn(others?.lifeline, two.world.namespace, world.namespace)
    },
  ),
]
