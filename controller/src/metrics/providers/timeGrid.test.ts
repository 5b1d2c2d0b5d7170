import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SourceError } from '../errors.ts'
import { bucketWindow, inParts, onGrid, stepSeconds } from './timeGrid.ts'

const grid = fc.record({
  query: fc.constant('q'),
  from: fc.integer({ min: 1e6, max: 1e7 }),
  step: fc.constantFrom(1000, 30_000, 60_000),
  edges: fc.integer({ min: 1, max: 50 }),
})
const queryOf = ({ query, from, step, edges }: { query: string; from: number; step: number; edges: number }) => ({
  query,
  from,
  to: from + (edges - 1) * step,
  step,
})

test('the window has one whole bucket for each edge, of any alignment', () => {
  fc.assert(
    fc.property(grid, fc.boolean(), (what, own) => {
      const query = queryOf(what)
      const align = own ? 1000 : query.step
      const { start, end } = bucketWindow(query, align)
      expect((end - start) / query.step).toBe(what.edges)
      expect(start % align).toBe(0)
      const ends = Array.from({ length: what.edges }, (_, index) => [start + (index + 1) * query.step, index] as const)
      expect(onGrid(ends, query)).toEqual(ends.map(([, index]) => [query.from + index * query.step, index]))
    }),
  )
})

test('nothing comes onto an edge before it is over, or a step or more after', () => {
  fc.assert(
    fc.property(grid, fc.integer({ min: 0, max: 2e7 }), (what, end) => {
      for (const [edge] of onGrid([[end, 1]], queryOf(what))) expect(edge - end >= 0 && edge - end < what.step).toBe(true)
    }),
  )
})

test('of two for one edge the later stays, in whichever order they come', () => {
  const query = { query: 'q', from: 100_000, to: 200_000, step: 100_000 }
  expect(onGrid([[110_000, 'a'], [190_000, 'b'], [300_000, 'late'], [0, 'early']], query)).toEqual([[200_000, 'b']]) // biome-ignore format: points
  expect(onGrid([[190_000, 'b'], [110_000, 'a']], query)).toEqual([[200_000, 'b']]) // biome-ignore format: points
})

test('parts cover every edge once, and are no longer than they may be', async () => {
  await fc.assert(
    fc.asyncProperty(grid, fc.integer({ min: 1, max: 20 }), async (what, most) => {
      const query = queryOf(what)
      const series = await inParts(query, most, async (part) => {
        expect((part.to - part.from) / part.step + 1).toBeLessThanOrEqual(most)
        const points: [number, number][] = []
        for (let at = part.from; at <= part.to; at += part.step) points.push([at, 1])
        return [{ labels: { b: '1', a: '2' }, points }]
      })
      expect(series.length).toBe(1)
      expect(series[0]?.points.map(([at]) => (at - query.from) / query.step)).toEqual(
        Array.from({ length: what.edges }, (_, index) => index),
      )
    }),
  )
})

test('refuses more series than can be meant', async () => {
  const many = Array.from({ length: 5_001 }, (_, index) => ({ labels: { pod: String(index) }, points: [] }))
  await expect(inParts({ query: 'q', from: 0, to: 0, step: 1000 }, 10, async () => many)).rejects.toThrow(/more than 5000 series/)
})

test('takes steps of whole units only', () => {
  const step = (ms: number) => ({ query: 'q', from: 0, to: 0, step: ms })
  expect(stepSeconds(step(30_000), 'It')).toBe(30)
  expect(stepSeconds(step(120_000), 'It', 60)).toBe(120)
  expect(() => stepSeconds(step(1_500), 'It')).toThrow(SourceError)
  expect(() => stepSeconds(step(30_000), 'It', 60)).toThrow('It cannot give amounts of 30s: write an interval of whole minutes, like 1m')
})
