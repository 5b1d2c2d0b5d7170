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
      await when.rewritten('ClusterRole', withoutDefinitions, { name: 'scenario-serin' })
      await given.controller()
      await given.shopWithRoute({ canary: twentyThenAsk })
      await then.controllersSaid(/WARN may not look whether the CustomResourceDefinitions are of this version/)
    },
  ),
]
