import { expect, test } from 'vitest'
import { turns } from './turns.ts'

test('no more than so many are inside, and each has its turn in the order it came', async () => {
  const door = turns(2)
  const seen: number[] = []
  let inside = 0
  await Promise.all(
    Array.from({ length: 7 }, async (_, at) => {
      const leave = await door.enter()
      expect(++inside).toBeLessThanOrEqual(2)
      seen.push(at)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
      leave()
    }),
  )
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6])
})
