import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type QueueObserver, workQueue } from './queue.ts'
import { virtualClock } from './testing/virtualClock.ts'
import { type Again, runWorkers } from './workers.ts'

function setup(options: Partial<Parameters<typeof workQueue>[0]> = {}) {
  const clock = virtualClock()
  return { clock, queue: workQueue({ clock, ...options }) }
}

test('a key that waits is there once, one being worked on comes again afterwards', async () => {
  const { queue } = setup()
  queue.add('a')
  queue.add('a')
  expect(queue.depth).toBe(1)
  expect(await queue.take()).toBe('a')
  queue.add('a')
  queue.add('a')
  expect(queue.depth).toBe(0)
  queue.done('a')
  expect(queue.depth).toBe(1)
})

describe('delayed adds', () => {
  test('are not put off by a clock that is set back', async () => {
    const clock = virtualClock()
    let ahead = 3_600_000
    const queue = workQueue({ clock: { ...clock, now: () => clock.now() + ahead } })
    queue.addAfter('a', 500)
    ahead = 0
    await clock.advance(500)
    expect(queue.depth).toBe(1)
  })
  test('the earliest of several counts', async () => {
    const { clock, queue } = setup()
    queue.addAfter('a', 500)
    queue.addAfter('a', 200)
    queue.addAfter('a', 900)
    await clock.advance(199)
    expect(queue.depth).toBe(0)
    await clock.advance(1)
    expect(queue.depth).toBe(1)
    await queue.take()
    queue.done('a')
    await clock.advance(10_000)
    expect(queue.depth).toBe(0)
    expect(clock.pending()).toBe(0)
  })
  test('of no time at all are there at once', () => {
    const { queue } = setup()
    queue.addAfter('a', 0)
    queue.addAfter('b', Number.NaN)
    expect(queue.depth).toBe(2)
  })
  test('of two months come after two months', async () => {
    const { clock, queue } = setup()
    const months = 60 * 86_400_000
    queue.addAfter('a', months)
    await clock.advance(months - 1)
    expect(queue.depth).toBe(0)
    await clock.advance(1)
    expect(queue.depth).toBe(1)
  })
})

describe('retries', () => {
  test('of one key wait 5 ms, then twice as long each time up to 1,000 s, until it does well', async () => {
    const { clock, queue } = setup()
    const waits: number[] = []
    for (let i = 0; i < 20; i++) {
      const before = clock.now()
      queue.addRateLimited('a')
      const due = clock.next() ?? before
      waits.push(due - before)
      await clock.advance(due - before)
      await queue.take()
      queue.done('a')
    }
    expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40])
    expect(waits.slice(-2)).toEqual([1_000_000, 1_000_000])
    expect(queue.retries('a')).toBe(20)
    queue.forget('a')
    queue.addRateLimited('a')
    expect((clock.next() ?? 0) - clock.now()).toBe(5)
  })
  test('of all keys together come ten a second after the first hundred', async () => {
    const { clock, queue } = setup()
    for (let i = 0; i < 200; i++) queue.addRateLimited(`k${i}`)
    await clock.advance(5)
    expect(queue.depth).toBe(100)
    await clock.advance(4_995)
    expect(queue.depth).toBe(150)
    await clock.advance(5_000)
    expect(queue.depth).toBe(200)
  })
})

describe('priorities', () => {
  test('what just happened goes before the first list, in order', async () => {
    const { queue } = setup()
    for (const key of ['a', 'b', 'c']) queue.add(key, 'low')
    queue.add('x')
    queue.add('b')
    expect([await queue.take(), await queue.take(), await queue.take(), await queue.take()]).toEqual(['x', 'b', 'a', 'c'])
  })
  test('a storm of live events does not starve the first list', async () => {
    const { queue } = setup()
    for (let i = 0; i < 5; i++) queue.add(`low${i}`, 'low')
    for (let i = 0; i < 100; i++) queue.add(`high${i}`)
    const taken = await Promise.all(Array.from({ length: 50 }, () => queue.take()))
    expect(taken.filter((key) => key?.startsWith('low'))).toHaveLength(5)
  })
})

test('shut down, it gives nothing out, keeps no timer and lets nobody wait', async () => {
  const { clock, queue } = setup()
  const waiting = queue.take()
  queue.addAfter('later', 1_000)
  queue.shutDown()
  queue.add('a')
  queue.addAfter('b', 1)
  queue.addRateLimited('c')
  expect(await waiting).toBeUndefined()
  expect(await queue.take()).toBeUndefined()
  expect(clock.pending()).toBe(0)
  expect(queue.depth).toBe(0)
})

test('tells what it does in the words of controller-runtime', async () => {
  const told: string[] = []
  const observer: QueueObserver = {
    depth: (keys) => told.push(`depth ${keys}`),
    added: () => told.push('added'),
    waited: (seconds) => told.push(`waited ${seconds}`),
    worked: (seconds) => told.push(`worked ${seconds}`),
    retried: () => told.push('retried'),
  }
  const { clock, queue } = setup({ observer })
  queue.add('a')
  await clock.advance(2_000)
  await queue.take()
  await clock.advance(3_000)
  expect(queue.running()).toEqual([3])
  queue.addRateLimited('a')
  queue.done('a')
  expect(told).toEqual(['added', 'depth 1', 'depth 0', 'waited 2', 'retried', 'worked 3'])
})

describe('workers', () => {
  test('come back when the handler says so, and back off when it fails', async () => {
    const { clock, queue } = setup()
    const answers: (Again | Error)[] = ['retry', new Error('failed'), { afterMs: 1_000 }, 'no']
    const times: number[] = []
    const start = clock.now()
    const workers = runWorkers(
      queue,
      2,
      async () => {
        times.push(clock.now() - start)
        const answer = answers.shift() ?? 'no'
        if (answer instanceof Error) throw answer
        return answer
      },
      { clock },
    )
    queue.add('a')
    await clock.advance(60_000)
    expect(times).toEqual([0, 5, 15, 1015])
    expect(queue.retries('a')).toBe(0)
    await workers.stop()
  })
  test('stop waits for what is in hand and starts nothing more', async () => {
    const { clock, queue } = setup()
    const handled: string[] = []
    const workers = runWorkers(
      queue,
      1,
      async (key) => {
        await new Promise<void>((resolve) => clock.after(100, resolve))
        handled.push(key)
        return 'no'
      },
      { clock },
    )
    queue.add('a')
    queue.add('b')
    await clock.advance(50)
    let stopped = false
    const stop = workers.stop().then(() => {
      stopped = true
    })
    await clock.advance(49)
    expect(stopped).toBe(false)
    await clock.advance(1)
    await stop
    await clock.advance(10_000)
    expect(handled).toEqual(['a'])
  })
})

type Step = { do: 'add' | 'addLow' | 'addAfter' | 'addRateLimited'; key: string; ms: number } | { do: 'wait'; ms: number }

test('whatever happens: no key is with two workers at once, and everything added is handled afterwards', async () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      do: fc.constantFrom('add' as const, 'addLow' as const, 'addAfter' as const, 'addRateLimited' as const),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      ms: fc.nat(50),
    }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30) }),
  )
  const work = fc.array(fc.record({ ms: fc.nat(40), again: fc.constantFrom('no', 'retry', 'throw', 'after') }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), work, fc.integer({ min: 1, max: 4 }), async (steps, pieces, count) => {
      const { clock, queue } = setup()
      const busy = new Set<string>()
      const wrong: string[] = []
      const owed = new Map<string, number>()
      let turn = 0
      const workers = runWorkers(
        queue,
        count,
        async (key) => {
          if (busy.has(key)) wrong.push(`${key} twice at once`)
          busy.add(key)
          const began = clock.now()
          const piece = pieces[turn++ % pieces.length] ?? { ms: 0, again: 'no' }
          if (piece.ms > 0) await new Promise<void>((resolve) => clock.after(piece.ms, resolve))
          busy.delete(key)
          // Settled only by work that began at or after the moment it was owed for.
          if ((owed.get(key) ?? Number.POSITIVE_INFINITY) <= began) owed.delete(key)
          if (turn > 200 || piece.again === 'no') return 'no'
          if (piece.again === 'throw') throw new Error('as scripted')
          return piece.again === 'retry' ? 'retry' : { afterMs: 7 }
        },
        { clock },
      )
      for (const each of steps) {
        if (each.do === 'wait') {
          await clock.advance(each.ms)
          continue
        }
        owed.set(each.key, clock.now() + (each.do === 'addAfter' ? each.ms : 0))
        if (each.do === 'add') queue.add(each.key)
        if (each.do === 'addLow') queue.add(each.key, 'low')
        if (each.do === 'addAfter') queue.addAfter(each.key, each.ms)
        if (each.do === 'addRateLimited') queue.addRateLimited(each.key)
      }
      await clock.advance(3_000_000)
      expect(wrong).toEqual([])
      // An earlier add may have taken the place of a later one: then the work that was done began before it was owed.
      const missed = [...owed].filter(([key]) => steps.findLast((each) => each.do !== 'wait' && each.key === key)?.do !== 'addAfter')
      expect(missed).toEqual([])
      expect(queue.depth + busy.size).toBe(0)
      await workers.stop()
    }),
    { numRuns: 300 },
  )
})
