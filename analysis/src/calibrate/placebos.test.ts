import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RatioSample } from '../table.ts'
import { CalibrationError } from './errors.ts'
import { type PodRow, placebos } from './placebos.ts'

function row(interval: number, pods: Record<string, RatioSample>): PodRow {
  return { interval, metric: 'errors', form: 'ratio', pods }
}

const rows = fc
  .uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 })
  .chain((intervals) =>
    fc.tuple(
      ...intervals.map((interval) =>
        fc
          .dictionary(
            fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
            fc.record({ bad: fc.nat(9), total: fc.integer({ min: 10, max: 99 }) }),
            { minKeys: 3 },
          )
          .map((pods) => row(interval, pods)),
      ),
    ),
  )

test('nothing is lost or counted twice: the arms together are all pods', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 2 }), fc.integer(), (table, canaryPods, seed) => {
      for (const draw of placebos(table, canaryPods, 3, seed))
        for (const { interval, metrics } of draw) {
          const { errors } = metrics
          if (errors?.form !== 'ratio') throw new Error('the form changed')
          const pods = Object.values(table.find((each) => each.interval === interval)?.pods ?? {}) as RatioSample[]
          expect((errors.canary?.bad ?? 0) + (errors.baseline?.bad ?? 0)).toBe(pods.reduce((sum, { bad }) => sum + bad, 0))
          expect((errors.canary?.total ?? 0) + (errors.baseline?.total ?? 0)).toBe(pods.reduce((sum, { total }) => sum + total, 0))
        }
    }),
  )
})

test('the order of rows and of pods does not matter, and intervals come out ascending', () => {
  fc.assert(
    fc.property(rows, fc.integer(), (table, seed) => {
      const turned = table
        .toReversed()
        .map((each) => ({ ...each, pods: Object.fromEntries(Object.entries(each.pods).reverse()) }) as PodRow)
      const draws = placebos(table, 1, 2, seed)
      expect(placebos(turned, 1, 2, seed)).toEqual(draws)
      for (const draw of draws)
        expect(draw.map(({ interval }) => interval)).toEqual(draw.map(({ interval }) => interval).sort((a, b) => a - b))
    }),
  )
})

test('a pod keeps its side when others come and go', () => {
  const all = { a: { bad: 1, total: 10 }, b: { bad: 2, total: 20 }, c: { bad: 4, total: 40 }, d: { bad: 8, total: 80 } }
  const bads = (pods: Record<string, RatioSample>) =>
    placebos([row(1, pods)], 1, 30, 5).map(([one]) => (one?.metrics.errors?.form === 'ratio' ? one.metrics.errors.canary?.bad : undefined))
  const full = bads(all)
  expect(new Set(full)).toEqual(new Set([1, 2, 4, 8]))
  const { d: _, ...rest } = all
  for (const [draw, bad] of bads(rest).entries()) if (full[draw] !== 8) expect(bad).toBe(full[draw])
})

test('a pod is on the same side in every metric of an interval', () => {
  const count = (metric: string): PodRow => ({
    interval: 1,
    metric,
    form: 'count',
    pods: { a: { count: 1 }, b: { count: 2 }, c: { count: 4 } },
  })
  for (const [one] of placebos([count('x'), count('y')], 1, 20, 3)) {
    expect(one?.metrics.x).toEqual(one?.metrics.y)
    expect(one?.metrics.x).toMatchObject({ canary: { exposure: 1 }, baseline: { exposure: 2 } })
  }
})

test('with too few pods an interval is left out; with none left it says how many are needed', () => {
  const two = row(1, { a: { bad: 0, total: 1 }, b: { bad: 0, total: 1 } })
  const three = row(2, { a: { bad: 0, total: 1 }, b: { bad: 0, total: 1 }, c: { bad: 0, total: 1 } })
  expect(placebos([two, three], 2, 1, 1)[0]?.map(({ interval }) => interval)).toEqual([2])
  expect(() => placebos([two], 2, 1, 1)).toThrow('The stable version never had more than 2 pods: to carve out 2 it needs at least 3')
  expect(() => placebos([], 1, 1, 1)).toThrow(CalibrationError)
  expect(() => placebos([three], 0.5, 1, 1)).toThrow('canaryPods is 0.5: it must be 1 or more')
  expect(() => placebos([three], 1, 0, 1)).toThrow(CalibrationError)
})
