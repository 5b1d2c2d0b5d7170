import { expect, test } from 'vitest'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { type Attempt, type Breaker, breaker } from './breaker.ts'

function attempt(gate: Breaker): Attempt {
  const entered = gate.enter()
  if ('waitMs' in entered) throw new Error(`closed for ${entered.waitMs} ms`)
  return entered
}

const waitOf = (gate: Breaker) => {
  const entered = gate.enter()
  return 'waitMs' in entered ? entered.waitMs : 0
}

function opened() {
  const clock = virtualClock()
  const gate = breaker(clock)
  for (let i = 0; i < 5; i++) attempt(gate).failed(undefined)
  return { clock, gate }
}

test('five failures in a row open it for five seconds', () => {
  const { gate } = opened()
  expect(gate.state()).toBe('open')
  expect(waitOf(gate)).toBe(5_000)
})

test('an answer between failures keeps it closed', () => {
  const gate = breaker(virtualClock())
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < 4; j++) attempt(gate).failed(undefined)
    attempt(gate).answered()
  }
  expect(gate.state()).toBe('closed')
})

test('five failures over more than five minutes keep it closed, the last five within them open it', async () => {
  const clock = virtualClock()
  const gate = breaker(clock)
  for (let i = 0; i < 10; i++) {
    attempt(gate).failed(undefined)
    await clock.advance(100_000)
  }
  expect(gate.state()).toBe('closed')
  attempt(gate).failed(undefined)
  expect(gate.state()).toBe('closed')
  attempt(gate).failed(undefined)
  expect(gate.state()).toBe('open')
})

test('one attempt goes through when the time is over, others wait for it', async () => {
  const { clock, gate } = opened()
  await clock.advance(4_999)
  expect(waitOf(gate)).toBe(1)
  await clock.advance(1)
  const trial = attempt(gate)
  expect(gate.state()).toBe('half-open')
  expect(waitOf(gate)).toBeGreaterThan(0)
  trial.answered()
  expect(gate.state()).toBe('closed')
  attempt(gate).answered()
})

test('waits double up to a minute as long as attempts fail, and begin anew after an answer', async () => {
  const { clock, gate } = opened()
  const waits: number[] = []
  for (let i = 0; i < 6; i++) {
    const wait = waitOf(gate)
    waits.push(wait)
    await clock.advance(wait)
    attempt(gate).failed(undefined)
  }
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
  await clock.advance(60_000)
  attempt(gate).answered()
  for (let i = 0; i < 5; i++) attempt(gate).failed(undefined)
  expect(waitOf(gate)).toBe(5_000)
})

test('a source that asks for time gets it at once', async () => {
  const clock = virtualClock()
  const gate = breaker(clock)
  attempt(gate).failed(30_000)
  expect(waitOf(gate)).toBe(30_000)
  await clock.advance(30_000)
  attempt(gate).failed(90_000)
  expect(waitOf(gate)).toBe(90_000)
})

test('what began before it opened neither closes it nor counts, but may ask for more time', async () => {
  const clock = virtualClock()
  const gate = breaker(clock)
  const early = Array.from({ length: 9 }, () => attempt(gate))
  for (const each of early.slice(0, 5)) each.failed(undefined)
  early[5]?.answered()
  expect(gate.state()).toBe('open')
  early[6]?.failed(undefined)
  expect(waitOf(gate)).toBe(5_000)
  early[7]?.failed(20_000)
  expect(waitOf(gate)).toBe(20_000)
  await clock.advance(20_000)
  const trial = attempt(gate)
  early[8]?.dropped()
  expect(gate.state()).toBe('half-open')
  trial.failed(undefined)
  expect(waitOf(gate)).toBe(10_000)
})

test('an attempt that asked nothing leaves the trial to the next', async () => {
  const { clock, gate } = opened()
  await clock.advance(5_000)
  attempt(gate).dropped()
  attempt(gate).answered()
  expect(gate.state()).toBe('closed')
})
