import { deploymentObject, imageOf, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { deploymentOf } from '../dsl/sight.ts'

const withImage = (version: string) => (deployment: { spec: { template: { spec: { containers: { image: string }[] } } } }) => {
  const [container] = deployment.spec.template.spec.containers
  return {
    ...deployment,
    spec: {
      ...deployment.spec,
      paused: false,
      template: {
        ...deployment.spec.template,
        spec: { ...deployment.spec.template.spec, containers: [{ ...container, image: imageOf(version) }] },
      },
    },
  }
}

/** The API server holds a changed template, whatever is tried and whether or not Serin is alive. */
export const hold: Scenario[] = [
  scenario('a template that is put three times stays held', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    for (const version of ['v2', 'v3', 'v4']) {
      await when.deploymentIsPut(withImage(version))
      await then.deploymentIsHeld(version)
    }
    await then.runIs({ to: 'v4', step: 1, weight: 20 })
    await then.everHadPods('v1', 4)
  }),

  scenario('a template is held while no controller is alive, and judged when one comes back', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.controllerDies()
    await when.deploymentIsPut(withImage('v2'))
    await when.timePasses(5_000)
    await then.deploymentIsHeld('v2')
    await then.everHadPods('v2', 0)
    await when.anotherControllerStarts()
    await then.runIs({ to: 'v2', step: 1, weight: 20 })
  }),

  scenario('a PUT that drops the label does not open the gate', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.deploymentIsPut((deployment) => ({
      ...withImage('v2')(deployment),
      metadata: { ...deployment.metadata, labels: { app: 'shop' } },
    }))
    await then.deploymentIsHeld('v2')
    await then.deploymentIsManaged()
    await when.deploymentIsPut((deployment) => ({
      ...withImage('v2')(deployment),
      metadata: { ...deployment.metadata, labels: undefined },
    }))
    await then.deploymentIsHeld('v2')
    await then.deploymentIsManaged()
    await then.runIs({ to: 'v2', step: 1, weight: 20 })
  }),

  scenario('forced apply, replace and rollout resume let nothing go', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ to: 'v2', step: 1, weight: 20 })
    const desired = deploymentObject({ version: 'v2' })
    await when.applied({ ...desired, spec: { ...desired.spec, paused: false } })
    await when.replaced(desired)
    await when.somebodyResumes()
    await then.stays(2_000, 'the Deployment held', async () => ((await deploymentOf(world))?.spec.paused ? undefined : 'it was let go'))
    await then.runIs({ id: 1, to: 'v2', step: 1, weight: 20 })
    await then.everHadPods('v2', 1)
  }),

  scenario('an edit of labels and annotations alone is not held', async ({ given, when, then, world }) => {
    await given.shopWithRoute()
    await when.deploymentIsPatched({ metadata: { labels: { team: 'b' }, annotations: { note: 'x' } } })
    await then.stays(2_000, 'nothing held', async () => ((await deploymentOf(world))?.spec.paused ? 'it is held' : undefined))
    await then.phaseIs('Healthy')
  }),

  scenario('a held template that equals stable is let go at once', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.controllerDies()
    await when.imageBecomes('v2')
    await when.imageBecomes('v1')
    await then.deploymentIsHeld('v1')
    await when.anotherControllerStarts()
    await then.isOrdinaryDeployment({ revision: 1, version: 'v1' })
    await then.phaseIs('Healthy')
    await then.runsWere()
    await then.noPodRestarted('v1')
  }),

  scenario('a template written just before the hand-over lets go is judged too', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } })
    await when.justBefore(/PATCH \/apis\/apps\/v1\/namespaces\/[^/]+\/deployments\/shop\?.*"\/spec\/paused","value":false/, () =>
      when.imageBecomes('v3'),
    )
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v3', id: 2 })
    await then.runsWere('Promoted', 'Promoted')
    await then.isOrdinaryDeployment({ revision: 3, version: 'v3' })
    await then.everHadPods('v2', 4)
    await then.noPodRestarted('v3')
  }),

  scenario('break-glass without the verb lets nothing go', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.released('INC-1', { as: 'anna' })
    await when.timePasses(2_000)
    await then.deploymentIsHeld('v2')
    await then.runIs({ id: 1, step: 1, weight: 20 })
  }),

  scenario('break-glass with the verb rolls out natively and ends the run', async ({ given, when, then, world }) => {
    world.invariants.except('one active set', 'pods under traffic', 'settled weights')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.may('anna', 'release')
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.released('INC-1', { as: 'anna' })
    await then.lastRunWas('Superseded', { to: 'v2', because: 'INC-1' })
    await then.isOrdinaryDeployment({ version: 'v2' })
    await then.nothingIsLeftOfTheRun()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.stableIs('v2')
    await world.expect('the annotation to be taken away', async () => {
      const left = (await deploymentOf(world))?.metadata.annotations?.['serin.dev/release']
      return left === undefined ? undefined : `it says ${left}`
    })
    await when.imageBecomes('v3')
    await then.deploymentIsHeld('v3')
  }),

  scenario('break-glass works while no controller is alive', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.may('anna', 'release')
    await when.controllerDies()
    await when.imageBecomes('v2')
    await then.deploymentIsHeld('v2')
    await when.released('INC-2', { as: 'anna' })
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await when.anotherControllerStarts()
    await then.stableIs('v2')
    await then.phaseIs('Healthy')
  }),

  scenario('a workload scaled to zero takes a new template unjudged', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.scaledTo(0)
    await then.hasNoPods('v1')
    await when.imageBecomes('v2')
    await then.deploymentIsNotHeld()
    await then.stableIs('v2')
    await when.scaledTo(2)
    await then.isOrdinaryDeployment({ version: 'v2' })
    await then.phaseIs('Healthy')
    await then.runsWere()
  }),

  scenario('a held workload that is scaled to zero is promoted, and comes up with the new version', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.scaledTo(0)
    await then.lastRunWas('Superseded', { to: 'v2', because: 'scaled to zero' })
    await then.deploymentIsNotHeld()
    await then.nothingIsLeftOfTheRun()
    await then.stableIs('v2')
    await when.scaledTo(3)
    await then.isOrdinaryDeployment({ version: 'v2' })
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
  }),
]
