import { expect, it } from 'vitest'
import { embeddedCluster } from '../../dsl/embedded.ts'
import { givenOn } from '../../dsl/given.ts'
import { imageOf, twentyThenAsk } from '../../dsl/objects.ts'
import { whenOn } from '../../dsl/when.ts'
import { worldOn } from '../../dsl/world.ts'
import { watchedTraffic } from './traffic.ts'

it('goes where the gateway sends it', { timeout: 60_000 }, async () => {
  const cluster = embeddedCluster(5)
  const world = await worldOn(cluster)
  const traffic = watchedTraffic()
  const seen: number[] = []
  await cluster.follow(world.namespace, ({ object, gone }) => {
    traffic.saw(object, gone)
    if (seen.at(-1) !== traffic.weight()) seen.push(traffic.weight())
  })
  const newShare = () =>
    traffic
      .receivers()
      .filter(({ image }) => image === imageOf('v2'))
      .reduce((sum, { share }) => sum + share, 0)
  const served = () => {
    const counts = (cluster.inside?.load.counts() ?? []).filter(({ client }) => client === 'gateway')
    const sum = (some: typeof counts) => some.reduce((total, { count }) => total + count, 0)
    return { new: sum(counts.filter(({ version }) => version === 'v2')), all: sum(counts) }
  }
  world.controllers.start({ namespace: world.namespace })
  const given = givenOn(world)
  await given.shopWithRoute({ canary: twentyThenAsk })
  await given.traffic({ rps: 40 })
  expect(newShare()).toBe(0)
  await whenOn(world).imageBecomes('v2')
  await cluster.pass(6_000)
  expect(newShare()).toBeCloseTo(0.2)
  expect(traffic.lost()).toBeCloseTo(0)
  const before = served()
  await cluster.pass(12_000)
  const after = served()
  expect((after.new - before.new) / (after.all - before.all)).toBeCloseTo(0.2, 2)
  await whenOn(world).asks('promote', {})
  await cluster.pass(12_000)
  expect(newShare()).toBeCloseTo(1)
  expect(seen[0]).toBe(0)
  expect(seen).toContain(20)
  await world.end()
  await cluster.stop()
})
