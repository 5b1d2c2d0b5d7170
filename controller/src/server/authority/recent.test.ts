import { expect, test } from 'vitest'
import { virtualClock } from '../../../../sandbox/src/virtualClock.ts'
import { recent } from './recent.ts'

test('equal questions are asked once, and again when the answer is old', async () => {
  const clock = virtualClock()
  let asked = 0
  const answers = recent<number>(clock, () => 1_000)
  const get = () => answers.get('a', async () => ++asked)
  expect(await Promise.all([get(), get(), get()])).toEqual([1, 1, 1])
  await clock.advance(999)
  expect(await get()).toBe(1)
  await clock.advance(1)
  expect(await get()).toBe(2)
})

test('a failure is told to all who wait, and not remembered', async () => {
  let asked = 0
  const answers = recent<number>(virtualClock(), () => 1_000)
  const fail = () => answers.get('a', async () => Promise.reject(new Error(`no ${++asked}`)))
  expect(await Promise.allSettled([fail(), fail()])).toMatchObject([{ reason: { message: 'no 1' } }, { reason: { message: 'no 1' } }])
  expect(await answers.get('a', async () => 7)).toBe(7)
})

test('of too many answers those go that nobody asked for longest', async () => {
  let asked = 0
  const answers = recent<string>(virtualClock(), () => 1_000, 2)
  const get = (key: string) =>
    answers.get(key, async () => {
      asked++
      return key
    })
  for (const key of ['a', 'b', 'a', 'c', 'a']) await get(key)
  expect(asked).toBe(3)
  await get('b')
  expect(asked).toBe(4)
})
