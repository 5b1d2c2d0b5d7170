import { expect, test } from 'vitest'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { answerCache } from './answerCache.ts'

const size = (bytes: number) => () => bytes

test('an answer is kept for a minute', async () => {
  const clock = virtualClock()
  const cache = answerCache(clock)
  let loads = 0
  let hits = 0
  const ask = () =>
    cache.get(
      'a',
      async () => ++loads,
      size(1),
      () => hits++,
    )
  expect([await ask(), await ask()]).toEqual([1, 1])
  await clock.advance(59_999)
  expect(await ask()).toBe(1)
  await clock.advance(1)
  expect(await ask()).toBe(2)
  expect(hits).toBe(2)
})

test('identical questions share one request, different ones do not', async () => {
  const cache = answerCache(virtualClock())
  let loads = 0
  const load = async () => {
    await Promise.resolve()
    return ++loads
  }
  const answers = await Promise.all(['a', 'a', 'b', 'a'].map((key) => cache.get(key, load, size(1))))
  expect(loads).toBe(2)
  expect(answers[0]).toBe(answers[1])
  expect(answers[0]).toBe(answers[3])
})

test('a failure goes to all who wait and is not kept', async () => {
  const cache = answerCache(virtualClock())
  const fail = () => Promise.reject(new Error('no'))
  const results = await Promise.allSettled([cache.get('a', fail, size(1)), cache.get('a', fail, size(1))])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
  expect(await cache.get('a', async () => 'yes', size(1))).toBe('yes')
})

test('never holds more than its bytes, the oldest go first', async () => {
  const cache = answerCache(virtualClock(), 60_000, 100)
  for (const key of ['a', 'b', 'c', 'd', 'e']) await cache.get(key, async () => key, size(25))
  expect(cache.size()).toBe(100)
  expect(await cache.get('b', async () => 'new', size(25))).toBe('b')
  expect(await cache.get('a', async () => 'new', size(25))).toBe('new')
})

test('what is too large is given and not kept', async () => {
  const cache = answerCache(virtualClock(), 60_000, 100)
  expect(await cache.get('a', async () => 1, size(26))).toBe(1)
  expect(await cache.get('a', async () => 2, size(26))).toBe(2)
  expect(cache.size()).toBe(0)
})

test('lets go of everything when nobody asks any more', async () => {
  const clock = virtualClock()
  const cache = answerCache(clock)
  await cache.get('a', async () => 1, size(10))
  await clock.advance(30_000)
  await cache.get('b', async () => 1, size(10))
  await clock.advance(30_000)
  expect(cache.size()).toBe(10)
  await clock.advance(30_000)
  expect(cache.size()).toBe(0)
  expect(clock.pending()).toBe(0)
})
