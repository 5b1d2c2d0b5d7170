import { expect, test } from 'vitest'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { BusyError, bulkhead } from './bulkhead.ts'

test('lets so many in at a time, first come first served', async () => {
  const clock = virtualClock()
  const room = bulkhead(clock, 2, 10)
  const order: number[] = []
  const leaves: (() => void)[] = []
  for (let i = 0; i < 5; i++) {
    void room.enter(1000).then((leave) => {
      order.push(i)
      leaves.push(leave)
    })
  }
  await clock.settle()
  expect(order).toEqual([0, 1])
  leaves[0]?.()
  await clock.settle()
  expect(order).toEqual([0, 1, 2])
  leaves[1]?.()
  leaves[2]?.()
  await clock.settle()
  expect(order).toEqual([0, 1, 2, 3, 4])
  expect(room.within()).toBe(2)
  for (const leave of leaves) leave()
  expect(room.within()).toBe(0)
  expect(clock.pending()).toBe(0)
})

test('leaving twice makes room once', async () => {
  const room = bulkhead(virtualClock(), 1, 10)
  const leave = await room.enter(1000)
  leave()
  leave()
  await room.enter(1000)
  expect(room.within()).toBe(1)
})

test('waits no longer than asked, and takes no place afterwards', async () => {
  const clock = virtualClock()
  const room = bulkhead(clock, 1, 10)
  const leave = await room.enter(1000)
  const late = room.enter(1000).catch((error: unknown) => error)
  const next = room.enter(5000)
  await clock.advance(1000)
  expect(await late).toBeInstanceOf(BusyError)
  leave()
  ;(await next)()
  expect(room.within()).toBe(0)
})

test('refuses at once when too many wait', async () => {
  const clock = virtualClock()
  const room = bulkhead(clock, 1, 2)
  await room.enter(1000)
  const waiting = [room.enter(1000), room.enter(1000)]
  await expect(room.enter(1000)).rejects.toBeInstanceOf(BusyError)
  const ends = Promise.allSettled(waiting)
  await clock.advance(1000)
  await ends
  expect(clock.pending()).toBe(0)
})
