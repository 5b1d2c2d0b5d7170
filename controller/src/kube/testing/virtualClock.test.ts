import { expect, test } from 'vitest'
import { sleep } from '../../clock.ts'
import { virtualClock } from './virtualClock.ts'

test('timers run in order of time, those of one time in order of setting, and see the time they were due', async () => {
  const clock = virtualClock(0)
  const seen: string[] = []
  const set = (name: string, ms: number) => clock.after(ms, () => seen.push(`${name}@${clock.now()}`))
  set('c', 30)
  set('a', 10)
  set('b1', 20)
  set('b2', 20)
  const cancel = set('never', 15)
  cancel()
  await clock.advance(25)
  expect(seen).toEqual(['a@10', 'b1@20', 'b2@20'])
  expect([clock.now(), clock.next(), clock.pending()]).toEqual([25, 30, 1])
})

test('what a timer sets or a promise does on its way is run too, if it is due', async () => {
  const clock = virtualClock(0)
  const seen: number[] = []
  const loop = async () => {
    for (let i = 0; i < 5; i++) {
      await sleep(clock, 10)
      seen.push(clock.now())
    }
  }
  void loop()
  await clock.advance(45)
  expect(seen).toEqual([10, 20, 30, 40])
})
