import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Obj, Owner } from '../types.ts'
import { controllerReference } from './owners.ts'
import { type Cluster, cluster, copyOfSet, ownerOf } from './testing/cluster.ts'

/** Another controller's object, which owns a set that it runs beside the Deployment's own. */
function rival(c: Cluster): Owner {
  const object = c.api.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'rollout', namespace: 'default' } as Obj['metadata'],
  })
  return { ...controllerReference(object), blockOwnerDeletion: false }
}

/** A Deployment that serves app:v1, held with app:v2 in its template. */
async function held(c: Cluster, replicas: number): Promise<Obj> {
  c.deploy('shop', { replicas })
  await c.rolledOut('shop')
  await c.clock.advance(2000)
  c.patch('Deployment', 'shop', { spec: { paused: true } })
  c.setImage('shop', 'app:v2')
  await c.settle()
  const [stable] = c.sets('shop')
  if (!stable) throw new Error('no set')
  return stable
}

describe('a set beside the paused Deployment', () => {
  test('without an owner is adopted at once, and both are scaled in proportion', async () => {
    const c = cluster()
    const stable = await held(c, 8)
    c.api.create(copyOfSet(stable, { name: 'shop-canary', image: 'app:v2', replicas: 4 }))
    await c.clock.advance(50)
    expect(ownerOf(c.set('shop-canary'))).toBe('shop')
    // 8 + 25 % are allowed, 12 were there
    expect(c.wanted(stable.metadata.name) + c.wanted('shop-canary')).toBe(10)
    expect(c.wanted(stable.metadata.name)).not.toBe(8)
    c.stop()
  })

  test('owned by another from the creating request on is left alone, and the Deployment keeps scaling its own', async () => {
    const c = cluster()
    const stable = await held(c, 4)
    c.api.create(copyOfSet(stable, { name: 'shop-canary', image: 'app:v2', replicas: 2, owners: [rival(c)] }))
    await c.settle()
    c.scale('shop', 7)
    await c.settle()
    expect([c.wanted(stable.metadata.name), c.wanted('shop-canary')]).toEqual([7, 2])
    c.scale('shop', 3)
    await c.settle()
    expect([c.wanted(stable.metadata.name), c.wanted('shop-canary')]).toEqual([3, 2])
    expect(c.pods('shop')).toHaveLength(5)
    c.stop()
  })

  test('owned by another counts for a disruption budget by its own size', async () => {
    const c = cluster()
    const stable = await held(c, 4)
    c.api.create(copyOfSet(stable, { name: 'shop-canary', image: 'app:v2', replicas: 2, owners: [rival(c)] }))
    const spec = { selector: { matchLabels: { app: 'shop' } }, maxUnavailable: 1 }
    const metadata = { name: 'shop', namespace: 'default' } as Obj['metadata']
    c.api.create({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec })
    await c.settle()
    const status = () => c.api.get('policy/v1', 'PodDisruptionBudget', 'default', 'shop')?.status
    expect(status()).toMatchObject({ expectedPods: 6, currentHealthy: 6, desiredHealthy: 5, disruptionsAllowed: 1 })
    c.images.set('app:v2', { ready: false })
    await c.settle()
    expect(status()).toMatchObject({ expectedPods: 6, currentHealthy: 4, disruptionsAllowed: 0 })
    c.stop()
  })

  test('whose labels stop matching is released', async () => {
    const c = cluster()
    c.deploy('shop')
    await c.rolledOut('shop')
    const [set] = c.sets('shop')
    c.patch('ReplicaSet', set?.metadata.name ?? '', { metadata: { labels: { app: 'gone' } } })
    await c.clock.advance(20)
    expect(ownerOf(c.set(set?.metadata.name ?? ''))).toBeUndefined()
    c.stop()
  })

  test('that equals an older owned set loses to it: the serving pods are replaced', async () => {
    const c = cluster()
    c.deploy('shop')
    await c.rolledOut('shop')
    const [first] = c.sets('shop')
    await c.clock.advance(2000)
    c.setImage('shop', 'app:v2')
    await c.rolledOut('shop')
    c.patch('Deployment', 'shop', { spec: { paused: true } })
    c.setImage('shop', 'app:v1')
    await c.settle()
    const owner = controllerReference(c.deployment('shop'))
    c.api.create(copyOfSet(first as Obj, { name: 'shop-twin', replicas: 2, owners: [rival(c)] }))
    await c.settle()
    const [, second] = c.sets('shop')
    c.patch('ReplicaSet', second?.metadata.name ?? '', { metadata: { ownerReferences: [{ ...ownerReferenceOf(c, 'rollout') }] } })
    c.patch('ReplicaSet', 'shop-twin', { metadata: { ownerReferences: [owner] } })
    c.patch('Deployment', 'shop', { spec: { paused: false } })
    await c.rolledOut('shop')
    expect([c.wanted(first?.metadata.name ?? ''), c.wanted('shop-twin')]).toEqual([2, 0])
    c.stop()
  })
})

describe('a set handed to the Deployment', () => {
  /** Half-way sets of five pods each for a Deployment of eight, both its own, let go. */
  const handed = async (image: string) => {
    const c = cluster()
    const stable = await held(c, 8)
    const other = rival(c)
    c.api.create(copyOfSet(stable, { name: 'shop-canary', image, replicas: 5, owners: [other] }))
    c.patch('ReplicaSet', stable.metadata.name, { metadata: { ownerReferences: [other] }, spec: { replicas: 5 } })
    await c.settle()
    const owner = controllerReference(c.deployment('shop'))
    for (const name of ['shop-canary', stable.metadata.name]) c.patch('ReplicaSet', name, { metadata: { ownerReferences: [owner] } })
    c.patch('Deployment', 'shop', { spec: { paused: false } })
    return { c, stable: stable.metadata.name }
  }

  test('beside a serving one makes it shrink at once to what maxUnavailable allows', async () => {
    const { c, stable } = await handed('app:v2')
    await c.clock.advance(300)
    expect([c.wanted(stable), c.wanted('shop-canary')]).toEqual([1, 8])
    await c.rolledOut('shop')
    expect([c.wanted(stable), c.wanted('shop-canary')]).toEqual([0, 8])
    c.stop()
  })

  test('whose template is not quite the same is an old one: all its pods are replaced', async () => {
    const { c, stable } = await handed('app:v2-changed')
    await c.rolledOut('shop')
    expect([c.wanted(stable), c.wanted('shop-canary')]).toEqual([0, 0])
    expect(c.sets('shop')).toHaveLength(3)
    c.stop()
  })
})

const ownerReferenceOf = (c: Cluster, name: string): Owner => {
  const object = c.api.get('v1', 'ConfigMap', 'default', name)
  if (!object) throw new Error(`no ${name}`)
  return controllerReference(object)
}

test('swapping the owners of two sets scales nothing in proportion, whatever happens between the steps', async () => {
  const pause = fc.integer({ min: 0, max: 15 })
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(pause, pause, pause, pause),
      fc.nat(3),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(1000),
      async (pauses, moment, size, seed) => {
        const c = cluster({ seed, delays: { deployment: [0, 12], replicaSet: [0, 12], garbageCollector: [0, 12] } })
        const stable = await held(c, 4)
        const other = rival(c)
        c.api.create(copyOfSet(stable, { name: 'shop-canary', image: 'app:v2', replicas: 4, owners: [other] }))
        await c.settle()
        const serving = c.pods('shop').filter(({ metadata }) => metadata.name.startsWith('shop-canary-'))
        const deployment = c.deployment('shop')
        const { controller: _, ...plain } = controllerReference(deployment)
        const steps = [
          () =>
            c.patch('ReplicaSet', stable.metadata.name, {
              metadata: { ownerReferences: [other, { ...plain, blockOwnerDeletion: false }] },
            }),
          () =>
            c.patch('ReplicaSet', 'shop-canary', {
              metadata: { ownerReferences: [controllerReference(deployment)], annotations: { 'deployment.kubernetes.io/revision': '2' } },
            }),
          () => c.patch('Deployment', 'shop', { spec: { paused: false } }),
        ]
        const sizes = new Set<number>()
        c.api.onChange(({ object }) => object.kind === 'ReplicaSet' && sizes.add(object.spec.replicas))
        for (const [index, ms] of pauses.entries()) {
          if (index === moment) c.scale('shop', size)
          await c.clock.advance(ms)
          steps[index]?.()
        }
        await c.rolledOut('shop')
        expect([...sizes].filter((seen) => seen !== 4 && seen !== size)).toEqual([])
        expect(c.wanted('shop-canary')).toBe(size)
        const alive = new Set(c.pods('shop').map(({ metadata }) => metadata.uid))
        expect(serving.filter(({ metadata }) => alive.has(metadata.uid))).toHaveLength(Math.min(4, size))
        expect(c.sets('shop')).toHaveLength(2)
        expect(c.deployment('shop').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
        c.stop()
      },
    ),
    { numRuns: 15 },
  )
})
