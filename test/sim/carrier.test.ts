import { expect, test } from 'vitest'
import type { HttpRequest, HttpResponse } from '../../controller/src/kube/types.ts'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'
import { type Blow, carrierOver } from './carrier.ts'
import { drawFrom } from './random.ts'

const text = (value: string) => new TextEncoder().encode(value)

/** A server that keeps the times at which requests reached it, and a sender that can die or stand still. */
function network() {
  const clock = virtualClock()
  const began = clock.now()
  const now = () => clock.now() - began
  const arrived: { path: string; at: number }[] = []
  const struck: string[] = []
  const events: ((line: string) => void)[] = []
  const server = {
    async send({ path, signal, watch }: HttpRequest): Promise<HttpResponse> {
      arrived.push({ path, at: now() })
      return { status: 200, headers: {}, body: watch ? watched(signal) : answer() }
    },
    close: async () => {},
  }
  async function* answer() {
    yield text('{}')
  }
  async function* watched(signal: AbortSignal | undefined) {
    const lines: string[] = []
    let wake = () => {}
    events.push((line) => {
      lines.push(line)
      wake()
    })
    signal?.addEventListener('abort', () => wake())
    while (!signal?.aborted) {
      for (const line of lines.splice(0)) yield text(line)
      await new Promise<void>((resolve) => {
        wake = resolve
        if (signal?.aborted || lines.length > 0) resolve()
      })
    }
  }
  const carrier = carrierOver(
    server,
    clock,
    drawFrom(1),
    (fault) => void struck.push(fault),
  )
  let dead = false
  let frozenUntil = 0
  const line = carrier.lineOf({
    name: 'c',
    kill: () => {
      dead = true
    },
    freeze: (ms) => {
      frozenUntil = clock.now() + ms
    },
    frozen: () => new Promise((resolve) => void clock.after(Math.max(0, frozenUntil - clock.now()), resolve)),
  })
  const write = () => outcome(line.send({ method: 'PATCH', path: '/thing' }))
  /** How it came out, and when. */
  const outcome = (sent: Promise<HttpResponse>) => {
    const result: { status?: number; error?: string; at?: number } = {}
    sent.then(
      ({ status }) => Object.assign(result, { status, at: now() }),
      (error: Error) => Object.assign(result, { error: error.message, at: now() }),
    )
    return result
  }
  const blow = (of: Blow, more = {}) => carrier.hazards.push({ fault: 'blow', until: clock.now() + 60_000, share: 1, blow: of, ...more })
  /** Opens a watch; what it said, and how it ended. */
  const watch = () => {
    const heard: string[] = []
    const seen = { heard, end: '' }
    const follow = async () => {
      const { body } = await line.send({ method: 'GET', path: '/pods?watch=true', watch: true })
      for await (const piece of body) heard.push(new TextDecoder().decode(piece))
    }
    follow().then(
      () => {
        seen.end = 'ended'
      },
      (error: Error) => {
        seen.end = error.message
      },
    )
    return seen
  }
  const tell = (line: string) => {
    for (const event of events) event(line)
  }
  return { clock, carrier, arrived, struck, line, write, blow, watch, tell, outcome, isDead: () => dead }
}

test('an answer instead of the server, as often as it may be', async () => {
  const n = network()
  n.blow({ do: 'answer', status: 409 }, { times: 1 })
  const [first] = [n.write()]
  await n.clock.advance(100)
  const second = n.write()
  await n.clock.advance(100)
  expect([first?.status, second.status, n.arrived.length]).toEqual([409, 200, 1])
  expect(n.struck).toEqual(['blow'])
})

test('a lost request never arrives; a lost answer is of a request that did', async () => {
  const n = network()
  n.blow({ do: 'lose', afterMs: 500 }, { times: 1 })
  const lost = n.write()
  await n.clock.advance(1_000)
  expect(lost.error).toContain('hang up')
  expect(n.arrived).toEqual([])
  n.blow({ do: 'lose answer', afterMs: 500 }, { times: 1 })
  const done = n.write()
  await n.clock.advance(1_000)
  expect(done.error).toContain('hang up')
  expect(n.arrived).toHaveLength(1)
})

test('a late write arrives after its sender is dead', async () => {
  const n = network()
  n.blow({ do: 'arrive late', afterMs: 0, lateMs: 3_000, kill: true })
  n.write()
  await n.clock.advance(1_000)
  expect([n.isDead(), n.arrived.length]).toEqual([true, 0])
  await n.clock.advance(3_000)
  expect(n.arrived).toHaveLength(1)
})

test('one who is frozen in a write hears of it when it goes on', async () => {
  const n = network()
  n.blow({ do: 'freeze', ms: 5_000, lateMs: 2_000 })
  const sent = n.write()
  await n.clock.advance(4_000)
  expect([n.arrived.length, sent.status]).toEqual([1, undefined])
  await n.clock.advance(1_100)
  expect(sent.status).toBe(200)
})

test('killed before a write it is not done, killed after it is', async () => {
  for (const when of ['before', 'after'] as const) {
    const n = network()
    n.blow({ do: 'kill', when })
    n.write()
    await n.clock.advance(100)
    expect([n.isDead(), n.arrived.length]).toEqual([true, when === 'after' ? 1 : 0])
  }
})

test('hazards strike only what they are for, and not when they are over', async () => {
  const n = network()
  n.blow({ do: 'answer', status: 500 }, { only: 'write' })
  const read = n.outcome(n.line.send({ method: 'GET', path: '/thing' }))
  await n.clock.advance(100)
  expect(read.status).toBe(200)
  await n.clock.advance(60_000)
  const later = n.write()
  await n.clock.advance(100)
  expect(later.status).toBe(200)
})

test('lists come in small pages while they do', async () => {
  const n = network()
  n.blow({ do: 'page', size: 2 }, { only: 'list' })
  void n.line.send({ method: 'GET', path: '/pods?limit=500' })
  await n.clock.advance(100)
  expect(n.arrived[0]?.path).toBe('/pods?limit=2')
})

test('watches are cut in every way there is', async () => {
  const ways = { end: 'ended', reset: 'socket hang up', gone: '"code":410', error: '"code":500', torn: '{"type":"MODIFIED"' } as const
  for (const [how, sign] of Object.entries(ways)) {
    const n = network()
    const seen = n.watch()
    await n.clock.advance(100)
    n.tell('one')
    await n.clock.advance(100)
    n.carrier.cut(how as keyof typeof ways)
    await n.clock.advance(100)
    expect([seen.end, ...seen.heard].join(' '), how).toContain(sign)
    expect(seen.heard[0]).toBe('one')
  }
})

test('events come late but in order, twice, or without bookmarks', async () => {
  const n = network()
  const seen = n.watch()
  await n.clock.advance(100)
  const until = n.clock.now() + 1_000
  n.carrier.lags.push({ fault: 'late', until, ms: () => 500 })
  n.tell('a')
  n.tell('b')
  await n.clock.advance(400)
  expect(seen.heard).toEqual([])
  await n.clock.advance(700)
  expect(seen.heard).toEqual(['a', 'b'])
  n.carrier.lags.push({ fault: 'twice', until: n.clock.now() + 1_000, twice: 1 })
  n.tell('c')
  await n.clock.advance(1_100)
  n.carrier.lags.push({ fault: 'unmarked', until: n.clock.now() + 1_000, unmarked: true })
  n.tell('{"type":"BOOKMARK"}')
  n.tell('d')
  await n.clock.advance(100)
  expect(seen.heard).toEqual(['a', 'b', 'c', 'c', 'd'])
  expect(new Set(n.struck)).toEqual(new Set(['late', 'twice', 'unmarked']))
})
