import fc from 'fast-check'
import { expect, test } from 'vitest'
import { virtualClock } from './virtualClock.ts'

test('timers run in order of their time, then of their making, each seeing its own time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), async (delays) => {
      const clock = virtualClock(1000)
      const ran: [due: number, index: number][] = []
      delays.forEach((delay, index) => {
        clock.after(delay, () => {
          expect(clock.now()).toBe(1000 + delay)
          ran.push([delay, index])
        })
      })
      await clock.advance(50)
      expect(ran).toEqual([...ran].sort((a, b) => a[0] - b[0] || a[1] - b[1]))
      expect(ran).toHaveLength(delays.length)
      expect(clock.now()).toBe(1050)
    }),
    { numRuns: 30 },
  )
})

test('a cancelled timer does not run', async () => {
  const clock = virtualClock()
  const ran: string[] = []
  clock.after(5, () => ran.push('kept'))
  clock.after(5, () => ran.push('cancelled'))()
  await clock.advance(10)
  expect(ran).toEqual(['kept'])
})

test('what a timer sets off through promises happens at its time', async () => {
  const clock = virtualClock(0)
  const seen: number[] = []
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  const walk = async () => {
    for (let step = 0; step < 5; step++) {
      await sleep(10)
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.resolve()
      seen.push(clock.now())
    }
  }
  const walked = walk()
  await clock.advance(100)
  await walked
  expect(seen).toEqual([10, 20, 30, 40, 50])
})

test('runUntil stops at the instant at which the predicate holds and says how long it took', async () => {
  const clock = virtualClock(0)
  let ticks = 0
  const tick = () => {
    ticks++
    clock.after(7, tick)
  }
  clock.after(7, tick)
  expect(await clock.runUntil(() => ticks === 3, { atMost: 1000 })).toBe(21)
})

test('runUntil rejects when the predicate does not hold in time', async () => {
  const clock = virtualClock(0)
  await expect(clock.runUntil(() => false, { atMost: 50 })).rejects.toThrow('50 ms')
  expect(clock.now()).toBe(50)
})

test('advancing within an advance is refused', async () => {
  const clock = virtualClock(0)
  const outer = clock.advance(10)
  await expect(clock.advance(1)).rejects.toThrow('already')
  await outer
})
