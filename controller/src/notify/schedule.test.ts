import fc from 'fast-check'
import { expect, test } from 'vitest'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import { SourceError } from '../metrics/errors.ts'
import { type Outcome, openOutbox } from './outbox.ts'
import { givenUpMs, minuteMs, mostAMinute, mostInOne, nextTurn, retryAt } from './schedule.ts'

const now = Date.UTC(2026, 0, 1)
const waiting = (key: string, more = {}) => ({ key, since: now, notBefore: now, tries: 0, ...more })

test('one at a time, oldest first; what failed keeps back nothing', () => {
  const late = waiting('late', { since: now - 10, notBefore: now + 5_000 })
  expect(nextTurn({ waiting: [waiting('b'), waiting('a'), late], sent: [], chat: false }, now)).toEqual({ do: 'send', keys: ['a'] })
  expect(nextTurn({ waiting: [late], sent: [], chat: false }, now)).toEqual({ do: 'wait', until: now + 5_000 })
  expect(nextTurn({ waiting: [], sent: [], chat: false }, now)).toEqual({ do: 'rest' })
})

test('a storm becomes one message for people, and is spread for machines', () => {
  const many = Array.from({ length: 60 }, (_, at) => waiting(`n-${String(at).padStart(2, '0')}`))
  const digest = nextTurn({ waiting: many, sent: [], chat: true }, now)
  expect(digest.do === 'send' && digest.keys.length).toBe(mostInOne)
  expect(nextTurn({ waiting: many, sent: [], chat: false }, now)).toEqual({ do: 'send', keys: ['n-00'] })
  const sent = Array.from({ length: mostAMinute.machine }, (_, at) => now - 30_000 + at)
  expect(nextTurn({ waiting: many, sent, chat: false }, now)).toEqual({ do: 'wait', until: now + 30_000 })
})

test('after a day it is given up', () => {
  const old = waiting('old', { since: now - givenUpMs, notBefore: now + 1 })
  expect(nextTurn({ waiting: [old, waiting('new')], sent: [], chat: true }, now)).toEqual({ do: 'bury', keys: ['old'] })
})

test('waits grow to ten minutes, twice that by chance, and never end before they were asked to', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(3_600_000),
      (tries, random, asked) => {
        const wait = retryAt(tries, now, random, asked) - now
        expect(wait).toBeGreaterThanOrEqual(Math.max(5_000, asked))
        expect(wait).toBeLessThanOrEqual(Math.max(1_200_000, asked))
      },
    ),
  )
})

interface Message {
  at: number
  lane: string
  keys: readonly string[]
}

test('whatever fails, and whenever: each key is settled once, none is lost, and no target gets more in a minute than it takes', async () => {
  const arrival = fc.record({
    lane: fc.constantFrom('chat', 'machine', 'down'),
    after: fc.nat(20_000),
    burst: fc.integer({ min: 1, max: 15 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrival, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }),
      async (arrivals, luck) => {
        const clock = virtualClock(now)
        const messages: Message[] = []
        const settled = new Map<string, Outcome['phase'][]>()
        let turns = 0
        let sizes = 0
        const outbox = openOutbox({
          clock,
          random: () => 0.5,
          chat: (lane) => lane === 'chat',
          async send(lane, keys) {
            const chance = luck[turns++ % luck.length] ?? 0
            if (lane === 'down') throw new SourceError('down', 'no answer')
            messages.push({ at: clock.now(), lane, keys })
            if (chance === 0) throw new SourceError('limited', 'too many', { retryAfterMs: 30_000 })
            if (chance === 1) throw new SourceError('down', 'no answer')
            if (chance === 2) throw new Error('a bug')
            for (const key of keys) settled.set(key, [...(settled.get(key) ?? []), 'Sent'])
          },
          async settled(_, keys, { phase }) {
            if (phase === 'Dead') for (const key of keys) settled.set(key, [...(settled.get(key) ?? []), 'Dead'])
          },
          size(_, more) {
            sizes += more
          },
        })
        const all: { lane: string; key: string }[] = []
        for (const { lane, after, burst } of arrivals) {
          await clock.advance(after)
          for (let at = 0; at < burst; at++) {
            const key = `${lane}-${all.length}`
            all.push({ lane, key })
            outbox.put(lane, key, clock.now())
            outbox.put(lane, key, clock.now())
          }
        }
        await clock.advance(6 * 3_600_000)
        for (const { lane, key } of all) expect(settled.get(key) ?? []).toEqual(lane === 'down' ? [] : ['Sent'])
        for (const lane of ['chat', 'machine'] as const) {
          const times = messages.filter((message) => message.lane === lane).map(({ at }) => at)
          for (const at of times)
            expect(times.filter((other) => other > at - minuteMs && other <= at).length).toBeLessThanOrEqual(mostAMinute[lane])
        }
        await clock.advance(20 * 3_600_000)
        for (const { lane, key } of all) expect(settled.get(key)).toEqual([lane === 'down' ? 'Dead' : 'Sent'])
        expect(sizes).toBe(0)
        await outbox.stop()
      },
    ),
    { numRuns: 15 },
  )
}, 60_000)

test('it ends when what is being sent is done, and takes up nothing after', async () => {
  const clock = virtualClock(now)
  const answer = Promise.withResolvers<void>()
  const outcomes: string[] = []
  const outbox = openOutbox({
    clock,
    random: () => 0,
    chat: () => false,
    send: () => answer.promise,
    settled: async (_, keys, { phase }) => void outcomes.push(`${keys.join()} ${phase}`),
  })
  outbox.put('a', 'one', now)
  outbox.put('a', 'two', now)
  const stopped = outbox.stop()
  outbox.put('a', 'three', now)
  answer.resolve()
  await stopped
  await clock.advance(60_000)
  expect(outcomes).toEqual(['one Sent'])
})

test('a target that was changed is tried at once', async () => {
  const clock = virtualClock(now)
  let good = false
  const sent: string[] = []
  const outbox = openOutbox({
    clock,
    random: () => 0,
    chat: () => false,
    async send(_, keys) {
      if (!good) throw new SourceError('refused', 'there is no Secret')
      sent.push(...keys)
    },
    settled: async () => {},
  })
  outbox.put('a', 'one', now)
  await clock.advance(600_000)
  good = true
  outbox.hurry('a')
  await clock.advance(1)
  expect(sent).toEqual(['one'])
})
