import { expect, test } from 'vitest'
import { kept } from './kept.ts'

function counting(ms: number | ((answer: string) => number), most = 200) {
  const clock = { time: 0, now: () => clock.time }
  const asked: string[] = []
  const keep = kept<string>(clock, { ms, most })
  const get = (key: string, answer: () => Promise<string> = async () => `${key} ${asked.length}`) =>
    keep(key, () => {
      asked.push(key)
      return answer()
    })
  return { clock, asked, get }
}

test('an answer is kept for its time, by key, and asked anew after it', async () => {
  const { clock, asked, get } = counting(100)
  expect([await get('a'), await get('a'), await get('b')]).toEqual(['a 1', 'a 1', 'b 2'])
  clock.time = 99
  expect(await get('a')).toBe('a 1')
  clock.time = 100
  expect(await get('a')).toBe('a 3')
  expect(asked).toEqual(['a', 'b', 'a'])
})

test('questions under way are shared, however long they take', async () => {
  const { clock, asked, get } = counting(100)
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = get('a', () => promise)
  clock.time = 1000
  const second = get('a')
  resolve('late')
  expect([await first, await second, asked.length]).toEqual(['late', 'late', 1])
  clock.time = 1099
  expect(await get('a')).toBe('late')
})

test('a failure is told to all who wait for it, and not kept', async () => {
  const { get } = counting(100)
  const failing = async () => Promise.reject(new Error('away'))
  await expect(Promise.all([get('a', failing), get('a', failing)])).rejects.toThrow('away')
  expect(await get('a')).toBe('a 2')
})

test('equal questions at once are asked once; a failure of theirs is told to each', async () => {
  const { asked, get } = counting(100)
  expect(await Promise.all([get('a'), get('a'), get('a')])).toEqual(['a 1', 'a 1', 'a 1'])
  const failing = async () => Promise.reject(new Error(`no ${asked.length}`))
  expect(await Promise.allSettled([get('b', failing), get('b', failing)])).toMatchObject([
    { reason: { message: 'no 2' } },
    { reason: { message: 'no 2' } },
  ])
})

test('how long an answer is good may follow from it', async () => {
  const { clock, asked, get } = counting((answer) => (answer === 'no' ? 3 : 10))
  const [yes, no] = [async () => 'yes', async () => 'no']
  await Promise.all([get('a', yes), get('b', no)])
  clock.time = 2
  expect([await get('a'), await get('b')]).toEqual(['yes', 'no'])
  clock.time = 3
  expect([await get('a', yes), await get('b', no), asked]).toEqual(['yes', 'no', ['a', 'b', 'b']])
  clock.time = 10
  await get('a', yes)
  expect(asked).toEqual(['a', 'b', 'b', 'a'])
})

test('beyond the limit the one asked for longest ago is forgotten', async () => {
  const oldest = counting(100, 2)
  for (const key of ['a', 'b', 'c', 'b', 'a']) await oldest.get(key)
  expect(oldest.asked).toEqual(['a', 'b', 'c', 'a'])
  const { asked, get } = counting(100, 2)
  for (const key of ['a', 'b', 'a', 'c', 'a']) await get(key)
  expect(asked).toEqual(['a', 'b', 'c'])
  await get('b')
  expect(asked).toEqual(['a', 'b', 'c', 'b'])
})
