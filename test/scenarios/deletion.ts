import { deploymentObject, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'

/** What is left when something goes away. */
export const deletion: Scenario[] = [
  scenario('a Rollout deleted in mid-run takes its canary along and leaves everything as it was', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, rollback: { keepCanaryFor: '10m' } })
    await given.may('anna', 'abort')
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.isRefused(() => when.deleted('Rollout', 'shop', { as: 'ben' }), 'ben may not delete rollout shop')
    await when.deleted('Rollout', 'shop', { as: 'anna' })
    await then.rolloutIsGone()
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.serviceIsGone('shop-canary')
    await then.hasNoPods('v2')
    await then.noPodRestarted('v1')
    await then.deploymentIsNotManaged()
    await then.deploymentIsHeld('v2')
    await then.setsAreOrdinaryHistory()
    await when.somebodyResumes()
    await then.isOrdinaryDeployment({ version: 'v2' })
  }),

  scenario('a refused version is judged anew, and not let in, when its Rollout is made again', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('unready')
    await then.lastRunWas('RolledBack')
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await given.rollout({ canary: twentyThenAsk }, { await: false })
    await then.lastRunWas('RolledBack')
    await then.deploymentIsHeld('unready')
    await then.stableIs('v1')
    await then.noPodRestarted('v1')
    await then.hasPods('v1', 4)
  }),

  scenario('a Rollout deleted at rest goes at once, and nothing names it any more', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] } })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await then.hasPods('v1', 0)
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await then.deploymentIsNotManaged()
    await then.noSetNamesARollout()
    await when.imageBecomes('v3')
    await then.isOrdinaryDeployment({ revision: 3, version: 'v3' })
  }),

  scenario('a Rollout deleted while the old version is kept retires it', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, keepOld: '10m' })
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted')
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await then.hasPods('v1', 0)
    await then.setsAreOrdinaryHistory()
    await then.serviceIsAsBefore()
    await then.routeIsAsBefore()
    await then.deploymentIsNotManaged()
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),

  scenario('a Rollout deleted right after the hand-over finishes its promotion', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, traffic: { drain: '1s', verify: { settle: '2s', timeout: '9s' } } })
    await when.imageBecomes('v2')
    await then.belongsToDeployment('v2')
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    await then.noPodRestarted('v2')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.hasPods('v1', 0)
  }),

  scenario('a Rollout deleted and made anew in mid-run learns the world again', async ({ given, when, then }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await when.imageBecomes('v1')
    await when.somebodyResumes()
    await then.isOrdinaryDeployment({ version: 'v1' })
    await given.rollout({ canary: twentyThenAsk })
    await when.imageBecomes('v3')
    await then.runIs({ id: 1, to: 'v3', step: 1, weight: 20 })
  }),

  scenario('a Rollout that somebody forces out in mid-run leaves no pinned Service', async ({ given, when, then, world }) => {
    world.invariants.except('pods under traffic')
    await given.shopWithService({ blueGreen: { approve: 'manual' } })
    await when.imageBecomes('v2')
    await then.serviceIsPinnedTo('v1')
    await world.api.patch('Rollout', 'shop', 'merge', { metadata: { finalizers: null } })
    await when.deleted('Rollout')
    await then.rolloutIsGone()
    await then.serviceIsAsBefore()
    await then.deploymentIsNotManaged()
  }),

  scenario('a namespace deleted in mid-run goes away, with or without a controller', async ({ given, when, then, world }) => {
    world.invariants.except('pods under traffic', 'pinned root', 'settled weights')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.namespaceDeleted()
    await then.namespaceIsGone()
  }),

  scenario('a Deployment deleted in mid-run leaves neither canary nor pin', async ({ given, when, then, world }) => {
    world.invariants.except('pods under traffic')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.deleted('Deployment')
    await then.conditionIs('Ready', 'False', 'WorkloadMissing')
    await then.noRunIsUnderWay()
    await then.hasNoPods('v2')
    await then.hasNoPods('v1')
    await then.routeIsAsBefore()
    await then.serviceIsAsBefore()
    await then.serviceIsGone('shop-canary')
    await when.created(deploymentObject({ version: 'v5', replicas: 2 }))
    await then.isOrdinaryDeployment({ version: 'v5' })
    await then.phaseIs('Healthy')
    await then.stableIs('v5')
    await when.imageBecomes('v6')
    await then.runIs({ to: 'v6', step: 1, weight: 20 })
  }),

  scenario(
    'a Deployment that waits for its pods to be deleted is gone already: no Service is pinned to them',
    async ({ given, when, then, world }) => {
      world.invariants.except('pods under traffic')
      await given.shopWithRoute({ canary: twentyThenAsk }, { preStopSeconds: 5 })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await world.api.delete('Deployment', 'shop', { propagation: 'Foreground' })
      await then.conditionIs('Ready', 'False', 'WorkloadMissing')
      await then.noRunIsUnderWay()
      await then.routeIsAsBefore()
      await then.serviceIsAsBefore()
      await then.serviceIsGone('shop-canary')
      await world.expect('the Deployment to be there yet', async () =>
        (await world.api.get('Deployment', 'shop')) ? undefined : 'it is gone',
      )
    },
  ),

  scenario('a canary set deleted by hand is made again', async ({ given, when, then, world }) => {
    world.invariants.except('pods under traffic')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    const set = (await world.api.list('ReplicaSet', 'serin.dev/rollout=shop'))[0]
    await when.deleted('ReplicaSet', set?.metadata.name)
    await then.hasPods('v2', 1)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
  }),
]
