import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inShard, leaseOf, shardOf } from './shard.ts'

const namespace = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)

describe('a namespace', () => {
  test('has exactly one shard', () => {
    fc.assert(
      fc.property(namespace, fc.integer({ min: 1, max: 50 }), (name, of) => {
        const owners = Array.from({ length: of }, (_, index) => ({ index, of })).filter((shard) => inShard(name, shard))
        expect(owners).toEqual([{ index: shardOf(name, of), of }])
      }),
    )
  })

  test('has the same shard in every version', () => {
    expect(['default', 'kube-system', 'shop', 'team-a', 'team-b'].map((name) => shardOf(name, 7))).toEqual([3, 0, 0, 0, 5])
  })
})

test.each([2, 3, 5, 16])('%i shards have about as many namespaces each, also of names that differ in a number only', (of) => {
  const names = 20_000
  const sizes = Array.from({ length: of }, () => 0)
  for (let at = 0; at < names; at++) {
    const index = shardOf(`team-${at}`, of)
    sizes[index] = (sizes[index] ?? 0) + 1
  }
  // Four standard deviations of a fair draw.
  const spread = 4 * Math.sqrt((names / of) * (1 - 1 / of))
  for (const size of sizes) expect(Math.abs(size - names / of)).toBeLessThan(spread)
})

test('each shard has its lease; one alone keeps the name', () => {
  expect(leaseOf('serin', undefined)).toBe('serin')
  expect(leaseOf('serin', { index: 0, of: 1 })).toBe('serin')
  expect([0, 1].map((index) => leaseOf('serin', { index, of: 2 }))).toEqual(['serin-0', 'serin-1'])
})
