import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Limits, limits, newSetSize, proportionalSizes, shrinkOldSets } from './rollingUpdate.ts'

const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
})

describe('limits', () => {
  test('surge rounds up and unavailable rounds down', () => {
    expect(limits(10, rolling('25%', '25%'))).toEqual({ replicas: 10, surge: 3, unavailable: 2 })
    expect(limits(3, {})).toEqual({ replicas: 3, surge: 1, unavailable: 0 })
  })
  test('both zero become one unavailable, so that the rollout can move', () => {
    expect(limits(4, rolling(0, '10%'))).toEqual({ replicas: 4, surge: 0, unavailable: 1 })
  })
  test('never more unavailable than there are', () => {
    expect(limits(2, rolling(1, 5)).unavailable).toBe(2)
    expect(limits(0, rolling(1, 5)).unavailable).toBe(0)
  })
  test('Recreate has neither', () => {
    expect(limits(4, { type: 'Recreate' })).toEqual({ replicas: 4, surge: 0, unavailable: 0 })
  })
})

describe('shrinkOldSets', () => {
  const bounds: Limits = { replicas: 10, surge: 0, unavailable: 2 }
  test('pods that are not available go first, also from a younger set', () => {
    const old = [
      { name: 'oldest', size: 6, available: 6, created: 1 },
      { name: 'broken', size: 3, available: 0, created: 2 },
    ]
    expect(shrinkOldSets(bounds, old, { size: 1, available: 1 })).toEqual(new Map([['broken', 1]]))
  })
  test('new pods that are not available yet are not counted on', () => {
    const old = [{ name: 'old', size: 8, available: 8, created: 1 }]
    expect(shrinkOldSets(bounds, old, { size: 2, available: 0 }).size).toBe(0)
    expect(shrinkOldSets(bounds, old, { size: 2, available: 1 })).toEqual(new Map([['old', 7]]))
  })
  test('a set that still counts pods which are to go is left alone: by its count all of them would go', () => {
    const old = (available: number) => [{ name: 'old', size: 4, available, created: 1 }]
    const six: Limits = { replicas: 6, surge: 2, unavailable: 1 }
    expect(shrinkOldSets(six, old(6), { size: 4, available: 3 }).size).toBe(0)
    expect(shrinkOldSets(six, old(4), { size: 4, available: 3 })).toEqual(new Map([['old', 2]]))
  })
})

describe('proportionalSizes', () => {
  const bounds = (replicas: number): Limits => ({ replicas, surge: 0, unavailable: 1 })
  test('sets keep their shares, what rounding leaves goes to the largest', () => {
    const sets = [
      { name: 'a', size: 8, created: 1, maxReplicas: 10 },
      { name: 'b', size: 2, created: 2, maxReplicas: 10 },
    ]
    expect(proportionalSizes(bounds(15), sets, 10)).toEqual(
      new Map([
        ['a', 12],
        ['b', 3],
      ]),
    )
  })
  test('a set handed over beside a serving one at twice the size of the Deployment is cut down', () => {
    const sets = [
      { name: 'stable', size: 10, created: 1, maxReplicas: 10 },
      { name: 'canary', size: 10, created: 2, maxReplicas: undefined },
    ]
    const sizes = proportionalSizes({ replicas: 6, surge: 0, unavailable: 1 }, sets, 20)
    expect(sizes.get('canary')).toBe(3)
    expect(sizes.get('stable')).toBe(3)
  })
  test('of sets that were last scaled together, the sum is what the Deployment allows, and nothing is negative', () => {
    const shape = fc.record({ size: fc.integer({ min: 1, max: 40 }), created: fc.nat(5) })
    fc.assert(
      fc.property(fc.array(shape, { minLength: 2, maxLength: 5 }), fc.nat(40), fc.nat(5), (shapes, replicas, surge) => {
        const before = shapes.reduce((total, { size }) => total + size, 0)
        const sets = shapes.map((set, index) => ({ ...set, name: `set-${index}`, maxReplicas: before }))
        const sizes = [...proportionalSizes({ replicas, surge, unavailable: 0 }, sets, before).values()]
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0)
        expect(sizes.reduce((a, b) => a + b)).toBe(replicas === 0 ? 0 : replicas + surge)
      }),
    )
  })
})

test('stepping a rolling update in any order of pods becoming available keeps both promises and ends', () => {
  const amount = fc.oneof(
    fc.nat(4),
    fc.nat(100).map((percent) => `${percent}%`),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), amount, amount, fc.infiniteStream(fc.boolean()), (replicas, surge, unavailable, coins) => {
      const bounds = limits(replicas, rolling(surge, unavailable))
      const old = { name: 'old', size: replicas, available: replicas, created: 1 }
      const fresh = { size: 0, available: 0 }
      for (let step = 0; step < 500 && (old.size > 0 || fresh.available < replicas); step++) {
        const grown = newSetSize(bounds, fresh.size, old.size + fresh.size)
        if (grown !== fresh.size) fresh.size = grown
        else old.size = shrinkOldSets(bounds, [old], fresh).get('old') ?? old.size
        old.available = Math.min(old.available, old.size)
        if (fresh.available < fresh.size && coins.next().value) fresh.available++
        expect(old.size + fresh.size).toBeLessThanOrEqual(replicas + bounds.surge)
        expect(old.available + fresh.available).toBeGreaterThanOrEqual(replicas - bounds.unavailable)
      }
      expect(old.size).toBe(0)
      expect(fresh).toEqual({ size: replicas, available: replicas })
    }),
  )
})
