import type { Json } from '../cluster/apiClient.ts'
import { shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, type Story, scenario } from '../dsl/scenario.ts'
import { serin } from '../dsl/serin.ts'
import { deploymentOf, routeOf, serviceOf } from '../dsl/sight.ts'
import { rolledOutUnderService } from '../dsl/then/workload.ts'
import { told, Unexpected, type World } from '../dsl/world.ts'

const reason = 'INC-7'
const releasing = ['release', shop, '--reason', reason]
const mark = 'serin.dev/release'

async function typed(world: World, expected: { code: number; says?: string[] }, args = releasing): Promise<void> {
  const { code, said } = await serin(world, args, 'anna')
  if (code !== expected.code) throw new Unexpected(`exit code ${code}: ${said}`)
  for (const words of expected.says ?? []) if (!said.includes(words)) throw new Unexpected(`it does not say '${words}': ${said}`)
}

async function noReleaseIsLeft(world: World): Promise<void> {
  await world.expect('no annotation of the release to be left', async () => {
    const objects: (Json | undefined)[] = [await deploymentOf(world), await serviceOf(world), await routeOf(world)]
    const left = objects.filter((object) => object?.metadata.annotations?.[mark] !== undefined)
    return left.length === 0 ? undefined : left.map((object) => object?.kind).join(', ')
  })
}

/** The run stays where it is: nothing of it was let go. */
async function nothingChanged({ then, world }: Story): Promise<void> {
  await then.deploymentIsHeld('v2')
  await then.serviceIsPinnedTo('v1')
  await then.routeGives(20)
  await noReleaseIsLeft(world)
}

/** What break-glass breaks on purpose: the native controller runs both versions, and callers of the Service meet both. */
function glassIsBroken(world: World): void {
  world.invariants.except('one active set', 'pinned root', 'pods under traffic', 'settled weights')
}

async function inRunWithoutController({ given, when, then }: Story): Promise<void> {
  await given.shopWithRoute({ canary: twentyThenAsk }, { preStopSeconds: 1 })
  await when.imageBecomes('v2')
  await then.runIs({ step: 1, weight: 20 })
  await when.controllerDies()
}

async function everythingIsClean({ then, world }: Story): Promise<void> {
  await then.lastRunWas('Superseded', { to: 'v2', because: reason })
  await then.isOrdinaryDeployment({ version: 'v2' })
  await then.nothingIsLeftOfTheRun()
  await then.routeIsAsBefore()
  await then.serviceIsAsBefore()
  await then.serviceSendsTo('v2', 4)
  await then.stableIs('v2')
  await noReleaseIsLeft(world)
}

/** `serin release`: by people, with their own rights, whether or not a controller lives. */
export const breakGlass: Scenario[] = [
  scenario('a release in mid-run with no controller alive leaves nothing without pods', async (story) => {
    const { given, when, then, world } = story
    glassIsBroken(world)
    await inRunWithoutController(story)
    await given.may('anna', 'release')
    await typed(world, { code: 0, says: ['Service shop is as it was', 'HTTPRoute shop is as it was', 'Deployment shop is released'] })
    await then.serviceIsAsBefore()
    await then.routeGives(0)
    await rolledOutUnderService(world)
    await typed(world, { code: 0, says: ['not held'] })
    await when.anotherControllerStarts()
    await everythingIsClean(story)
    await when.imageBecomes('v3')
    await then.runIs({ to: 'v3', step: 1, weight: 20 })
  }),

  scenario('a release in mid-run with no controller alive loses no request', { only: 'embedded' }, async (story) => {
    const { given, when, then, world } = story
    glassIsBroken(world)
    await inRunWithoutController(story)
    await given.may('anna', 'release')
    await given.traffic({ rps: 100 })
    await typed(world, { code: 0 })
    await rolledOutUnderService(world)
    await when.timePasses(5_000)
    await then.noRequestWasLost()
    await when.anotherControllerStarts()
    await everythingIsClean(story)
    await when.timePasses(5_000)
    await then.noRequestWasLost()
  }),

  scenario('a release in mid-run with a controller alive loses no request', { only: 'embedded' }, async (story) => {
    const { given, when, then, world } = story
    glassIsBroken(world)
    await given.shopWithRoute({ canary: twentyThenAsk }, { preStopSeconds: 1 })
    await given.may('anna', 'release')
    await given.traffic({ rps: 100 })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await typed(world, { code: 0 })
    await everythingIsClean(story)
    await when.timePasses(5_000)
    await then.noRequestWasLost()
  }),

  scenario('a release in mid-run without the verb changes nothing', async (story) => {
    const { world, when, then } = story
    await inRunWithoutController(story)
    await typed(world, { code: 1, says: ['needs the verb release on rollouts.serin.dev', 'Service shop stays held'] })
    await nothingChanged(story)
    await when.anotherControllerStarts()
    await then.runIs({ id: 1, step: 1, weight: 20 })
  }),

  scenario('a rehearsed release changes nothing and shows its patches', async (story) => {
    const { given, world } = story
    await inRunWithoutController(story)
    await given.may('anna', 'release')
    await typed(world, { code: 0, says: ['kind: Service', 'kind: HTTPRoute', 'kind: Deployment', 'nothing was sent'] }, [
      ...releasing,
      '--dry-run',
    ])
    await nothingChanged(story)
  }),

  scenario('whoever lacks the verb leaves no permission behind for one who has it', async (story) => {
    const { when, world } = story
    await inRunWithoutController(story)
    const annotations = { [mark]: reason }
    for (const kind of ['Deployment', 'Service', 'HTTPRoute'] as const)
      await world.as('anna').patch(kind, shop, 'merge', { metadata: { annotations } })
    // The administrator may, but did not ask for it.
    await when.applied(world.made.service)
    await when.applied(world.made.route)
    await when.somebodyResumes()
    await nothingChanged(story)
  }),

  scenario('whoever may release another Rollout cannot pass a Service off as of that one', async (story) => {
    const { when, world } = story
    await inRunWithoutController(story)
    const rbac = 'rbac.authorization.k8s.io'
    const rules = [{ apiGroups: ['serin.dev'], resources: ['rollouts'], resourceNames: ['other'], verbs: ['release'] }]
    await when.created({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'other' }, rules })
    await when.created({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'other' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'other' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'anna' }],
    })
    for (const kind of ['Service', 'HTTPRoute'] as const) {
      await world.as('anna').patch(kind, shop, 'merge', { metadata: { labels: { 'serin.dev/rollout': 'other' } } })
      await world
        .as('anna')
        .patch(kind, shop, 'merge', { metadata: { annotations: { [mark]: reason }, labels: { 'serin.dev/run': null } } })
    }
    await nothingChanged(story)
    await world.expect('both labels to be as they were', async () => {
      const labels = [(await serviceOf(world))?.metadata.labels, (await routeOf(world))?.metadata.labels]
      return labels.every((one) => one?.['serin.dev/rollout'] === shop) ? undefined : told(labels)
    })
  }),

  scenario('a release while the version before is kept warm takes the pin out', async (story) => {
    const { given, when, then, world } = story
    glassIsBroken(world)
    await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, keepOld: '10m' }, { preStopSeconds: 1 })
    await given.may('anna', 'release')
    await when.imageBecomes('v2')
    await then.lastRunWas('Promoted', { to: 'v2' })
    await when.controllerDies()
    await when.imageBecomes('v3')
    await then.deploymentIsHeld('v3')
    await typed(world, { code: 0, says: ['Service shop is as it was', 'also selects pods of version'] })
    await rolledOutUnderService(world)
    await then.isOrdinaryDeployment({ version: 'v3' })
    await when.anotherControllerStarts()
    await then.stableIs('v3')
    await then.hasNoPods('v1')
    await then.serviceSendsTo('v3', 4)
    await noReleaseIsLeft(world)
  }),

  scenario('a release of a blue/green run with no controller alive', async (story) => {
    const { given, when, then, world } = story
    glassIsBroken(world)
    await given.shopWithService({ blueGreen: { approve: 'manual' } }, { preStopSeconds: 1 })
    await given.may('anna', 'release')
    await when.imageBecomes('v2')
    await then.runIs({ mode: 'Switch', step: 1 })
    await when.controllerDies()
    await typed(world, { code: 0 })
    await rolledOutUnderService(world)
    await when.anotherControllerStarts()
    await then.lastRunWas('Superseded', { to: 'v2', because: reason })
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
    await then.serviceSendsTo('v2', 4)
    await noReleaseIsLeft(world)
  }),

  scenario('a release while the run goes back, with no controller alive', async (story) => {
    const { given, when, then, world } = story
    glassIsBroken(world)
    await given.shopWithService({ blueGreen: { approve: 'manual' }, rollback: { keepCanaryFor: '10s' } }, { preStopSeconds: 1 })
    await given.may('anna', 'release')
    await when.imageBecomes('v2')
    await then.runIs({ mode: 'Switch', step: 1 })
    await when.asks('abort')
    await then.runIs({ stage: 'RollingBack' })
    await when.timePasses(2_000)
    await when.controllerDies()
    await typed(world, { code: 0 })
    await rolledOutUnderService(world)
    await when.anotherControllerStarts()
    await then.lastRunWas('Superseded', { to: 'v2', because: reason })
    await then.nothingIsLeftOfTheRun()
    await then.serviceIsAsBefore()
    await then.serviceSendsTo('v2', 4)
    await noReleaseIsLeft(world)
  }),
]
