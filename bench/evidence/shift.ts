import { embeddedCluster } from '../../test/dsl/embedded.ts'
import { shopWithAnalysis } from '../../test/dsl/evidence.ts'
import { givenOn } from '../../test/dsl/given.ts'
import { imageOf } from '../../test/dsl/objects.ts'
import { worldOn } from '../../test/dsl/world.ts'
import { Stream } from '../judge/random/philox.ts'
import { chanceOf, kindNamed, type ReleaseKind } from './kinds.ts'
import { type Release, release } from './release.ts'

/** Releases that one cluster serves, one after another. */
export const releasesOfACluster = 10

/** Releases `from` to `to` of a kind, all of one cluster: `from` is the first of that cluster. */
export interface Shift {
  readonly kind: ReleaseKind['name']
  readonly seed: number
  readonly from: number
  readonly to: number
}

/** Depends on the shift alone. When a release breaks its cluster, the ones behind it are not made. */
export async function work({ kind: name, seed, from, to }: Shift): Promise<Release[]> {
  const kind = kindNamed(name)
  const cluster = embeddedCluster(new Stream(seed, name, from, 'other').word())
  const releases: Release[] = []
  let number = from
  try {
    const world = await worldOn(cluster)
    cluster.inside?.images.set(imageOf(kind.tag), { errorRate: kind.errorRate })
    world.controllers.start({ namespace: world.namespace })
    await shopWithAnalysis({ given: givenOn(world), world })
    for (; number <= to; number++) {
      const chance = chanceOf(kind, seed, number)
      await cluster.pass(chance.rest)
      releases.push(await release(world, kind, number, chance))
      world.invariants.check()
    }
    await world.end()
  } catch (error) {
    for (; number <= to; number++) releases.push(broken(name, number, error))
  } finally {
    await cluster.stop()
  }
  return releases
}

function broken(kind: Release['kind'], number: number, error: unknown): Release {
  const because = error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)
  return { kind, number, result: 'Broken', because, minutes: 0, requests: 0, bad: 0, excess: 0, lost: 0 }
}
