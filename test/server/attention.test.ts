import { expect, test } from 'vitest'
import type { KubeObject } from '../../controller/src/kube/types.ts'
import type { Attention } from '../../controller/src/server/dto/release.ts'
import { releaseOf } from '../../controller/src/server/read/release.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { shopWithAnalysis } from '../dsl/evidence.ts'
import { twentyThenAsk } from '../dsl/objects.ts'
import { type Story, scenario, tellOn } from '../dsl/scenario.ts'
import { rolloutOf } from '../dsl/sight.ts'
import type { World } from '../dsl/world.ts'

/** What a list says of the Rollout `shop` now. */
async function attentionIn(world: World): Promise<Attention['kind'] | undefined> {
  const object = await world.api.get('Rollout', 'shop')
  return releaseOf(object as KubeObject, { teamLabel: 'team', now: world.cluster.clock.now() }).attention?.kind
}

async function told(tell: (story: Story) => Promise<void>): Promise<void> {
  const cluster = embeddedCluster(5)
  try {
    await tellOn(cluster, scenario('a release in a list', {}, tell))
  } finally {
    await cluster.stop()
  }
}

const minute = 60_000

test('a run calls somebody to decide, and nobody once it is decided', () =>
  told(async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await given.may('anna', 'promote')
    await then.phaseIs('Healthy')
    expect(await attentionIn(world)).toBeUndefined()
    await when.imageBecomes('v2')
    await then.waitsFor('somebody to promote it')
    expect(await attentionIn(world)).toBe('Decision')
    await when.asks('promote', { as: 'anna' })
    await then.lastRunWas('Promoted')
    await then.phaseIs('Healthy')
    expect(await attentionIn(world)).toBeUndefined()
  }))

test('a run that somebody paused calls somebody, one that somebody aborted does once it is back', () =>
  told(async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: { steps: [{ weight: 20 }, { pause: { for: '1h' } }] } })
    await when.imageBecomes('v2')
    await then.waitsFor('a pause of 1h to end')
    expect(await attentionIn(world)).toBeUndefined()
    await when.asks('pause')
    await then.phaseIs('Paused')
    expect(await attentionIn(world)).toBe('Paused')
    await when.asks('abort')
    await then.lastRunWas('Aborted')
    await then.phaseIs('Degraded')
    expect(await attentionIn(world)).toBe('RolledBack')
  }))

test('pods that do not become ready call somebody before the run is rolled back for it', () =>
  told(async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk, progressDeadline: '4m' })
    await when.imageBecomes('unready')
    await then.waitsFor(/of the new version to become available/)
    await world.cluster.pass(minute)
    expect(await attentionIn(world)).toBeUndefined()
    await world.cluster.pass(2 * minute)
    expect(await attentionIn(world)).toBe('Stuck')
    await world.cluster.pass(3 * minute)
    await then.lastRunWas('RolledBack')
    expect(await attentionIn(world)).toBe('RolledBack')
  }))

test('a workload that is missing has failed', () =>
  told(async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.deleted('Deployment')
    await then.phaseIs('Degraded')
    expect(await attentionIn(world)).toBe('Failed')
  }))

test('a source that does not answer is missing data, as long as it does not', () =>
  told(async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    const up = world.cluster.inside?.prometheus.break({ down: true })
    await world.cluster.pass(5 * minute)
    await then.waitsFor(/to answer/)
    expect(await attentionIn(world)).toBe('NoData')
    up?.()
    await world.cluster.pass(2 * minute)
    expect(await attentionIn(world)).toBeUndefined()
  }))

test('a version without measurements is missing data', () =>
  told(async (story) => {
    const { when, then, world } = story
    await shopWithAnalysis(story)
    await when.imageBecomes('v2')
    await then.runIs({ weight: 1 })
    const { status } = (await rolloutOf(world)) ?? {}
    world.cluster.inside?.prometheus.break({ dropPods: new RegExp(`^${status.run.to.set}-`) })
    await world.cluster.pass(3 * minute)
    await then.waitsFor(/no data of the new version/)
    expect(await attentionIn(world)).toBe('NoData')
  }))
