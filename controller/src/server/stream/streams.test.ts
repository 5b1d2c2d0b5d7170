import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../kube/log.ts'
import { virtualClock } from '../../kube/testing/virtualClock.ts'
import type { Caller } from '../parts.ts'
import type { Sight } from '../read/visible.ts'
import { heldReleases, releaseNamed } from '../testing/releases.ts'
import { createHub } from './hub.ts'
import { createStreams, type StreamLimits } from './streams.ts'

/** A socket that takes what it is given, or says that it is full. */
function socket() {
  const events = new EventEmitter()
  const written: string[] = []
  const state = { takes: true, ended: false, destroyed: false }
  const out = {
    write(piece: Buffer) {
      written.push(piece.toString())
      return state.takes
    },
    once: (name: string, listener: () => void) => events.once(name, listener),
    end() {
      state.ended = true
      events.emit('close')
    },
    destroy() {
      state.destroyed = true
      events.emit('close')
    },
  } as unknown as ServerResponse
  const got = () =>
    [...written.join('').matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => ({ event, data: JSON.parse(data ?? '') }))
  const ids = () => [...written.join('').matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
  return { out, state, written, got, ids, drain: () => events.emit('drain'), leave: () => events.emit('close') }
}

const everywhere: Sight = { everywhere: true, namespaces: new Set() }
const only = (...namespaces: string[]): Sight => ({ everywhere: false, namespaces: new Set(namespaces) })

function start({
  limits,
  may = () => true,
  remembered,
}: {
  limits?: StreamLimits
  may?: (namespace?: string) => boolean
  remembered?: number
} = {}) {
  const clock = virtualClock()
  const held = heldReleases([releaseNamed('shop', 'web'), releaseNamed('mail', 'send')])
  const { releases } = held
  const rights = { may }
  const authority = { may: async (_: unknown, wanted: { namespace?: string }) => ({ allowed: rights.may(wanted.namespace) }) }
  const hub = createHub({ releases, clock, epoch: 'now', ...(remembered ? { remembered } : {}) })
  const streams = createStreams({ hub, releases, authority, clock, log: silentLog, ...(limits ? { limits } : {}) })
  const open = (sight: Sight = everywhere, from?: string, more: Partial<Caller> = {}) => {
    const end = socket()
    const caller: Caller = { person: { username: 'anna', groups: [] }, credentials: { by: 'own' }, method: 'demo', csrf: '', ...more }
    streams.serve(end.out, caller, sight, from, () => {})
    return end
  }
  return { clock, ...held, hub, streams, open, rights }
}

describe('a page', () => {
  test('is greeted, and told what changes: several changes at once as one', async () => {
    const { clock, put, open } = start()
    const page = open()
    expect(page.got()).toEqual([{ event: 'hello', data: { resumed: false, at: new Date(clock.now()).toISOString() } }])
    put(releaseNamed('shop', 'web', { version: '2' }))
    put(releaseNamed('shop', 'web', { version: '3' }))
    put(releaseNamed('mail', 'send', { version: '4' }))
    await clock.advance(50)
    expect(page.got().slice(1)).toEqual([
      { event: 'release', data: releaseNamed('shop', 'web', { version: '3' }) },
      { event: 'release', data: releaseNamed('mail', 'send', { version: '4' }) },
    ])
    expect(page.ids()).toEqual(['now-1', 'now-2'])
  })
  test('is told first how soon to come back when it is cut off', () => {
    const { open } = start()
    expect(open().written.join('')).toMatch(/^retry: 2000\n\nevent: hello\n/)
  })
  test('is told what is gone', async () => {
    const { clock, remove, open } = start()
    const page = open()
    remove(releaseNamed('shop', 'web'))
    await clock.advance(50)
    expect(page.got()[1]).toEqual({ event: 'gone', data: { namespace: 'shop', name: 'web' } })
  })
  test('gets nothing of what the person may not see', async () => {
    const { clock, put, remove, open } = start({ may: (namespace) => namespace === 'mail' })
    const page = open(only('mail'))
    put(releaseNamed('shop', 'web', { version: '2' }))
    put(releaseNamed('mail', 'send', { version: '3' }))
    remove(releaseNamed('shop', 'web'))
    await clock.advance(120_000)
    expect(page.got().slice(1)).toEqual([{ event: 'release', data: releaseNamed('mail', 'send', { version: '3' }) }])
  })
  test('is kept open by pings', async () => {
    const { clock, open } = start()
    const page = open()
    await clock.advance(45_000)
    expect(page.written.filter((piece) => piece === ': ping\n\n')).toHaveLength(3)
  })
  test('ends when the session does', async () => {
    const { clock, streams, open } = start()
    const page = open(everywhere, undefined, { expiresAt: clock.now() + 90_000 })
    await clock.advance(89_000)
    expect(page.state.ended).toBe(false)
    await clock.advance(1_000)
    expect([page.state.ended, streams.size()]).toEqual([true, 0])
  })
  test('that is left is forgotten', async () => {
    const { clock, streams, put, open } = start()
    const page = open()
    page.leave()
    put(releaseNamed('shop', 'web', { version: '2' }))
    await clock.advance(100)
    expect([streams.size(), page.got().length]).toEqual([0, 1])
  })
})

describe('who comes back', () => {
  test('gets what was missed, of each release the last', async () => {
    const { clock, put, open } = start()
    const first = open()
    put(releaseNamed('shop', 'web', { version: '2' }))
    await clock.advance(50)
    const [id] = first.ids()
    first.leave()
    for (const version of ['3', '4']) {
      put(releaseNamed('shop', 'web', { version }))
      await clock.advance(50)
    }
    put(releaseNamed('mail', 'send', { version: '5' }))
    await clock.advance(50)
    expect(
      open(everywhere, id)
        .got()
        .map(({ event, data }) => [event, data.resumed ?? data.version]),
    ).toEqual([
      ['hello', true],
      ['release', '4'],
      ['release', '5'],
    ])
  })
  test('with nothing missed is told so', () => {
    const { open, hub } = start()
    expect(open(everywhere, hub.lastId()).got()).toMatchObject([{ event: 'hello', data: { resumed: true } }])
  })
  test('to another server, too late, or with nonsense starts anew', async () => {
    const { clock, put, open, hub } = start({ remembered: 4 })
    for (let n = 0; n < 6; n++) {
      put(releaseNamed('shop', `web-${n}`))
      await clock.advance(50)
    }
    expect(hub.lastId()).toBe('now-6')
    const resumed = (id: string) => open(everywhere, id).got()[0]?.data.resumed
    expect(['now-2', 'now-5', 'now-6'].map(resumed)).toEqual([true, true, true])
    expect(['now-1', 'now-7', 'before-6', 'now-', 'now--1', 'now-1.5', '', '-', 'now-9e99'].map(resumed)).toEqual(Array(9).fill(false))
  })
  test('gets nothing of what the person may not see', async () => {
    const { clock, put, open } = start()
    put(releaseNamed('mail', 'send', { version: '2' }))
    put(releaseNamed('shop', 'web', { version: '3' }))
    await clock.advance(50)
    expect(open(only('shop'), 'now-0').got().slice(1)).toEqual([{ event: 'release', data: releaseNamed('shop', 'web', { version: '3' }) }])
  })
})

describe('rights that change', () => {
  test('take releases from the page within a minute', async () => {
    const { clock, rights, open } = start({ may: () => true })
    const page = open()
    rights.may = (namespace) => namespace === 'mail'
    await clock.advance(60_000)
    expect(page.got().slice(1)).toEqual([{ event: 'gone', data: { namespace: 'shop', name: 'web' } }])
  })
  test('and what happens there afterwards is not told', async () => {
    const { clock, rights, put, open } = start({ may: () => true })
    const page = open()
    rights.may = () => false
    await clock.advance(60_000)
    put(releaseNamed('shop', 'web', { version: '9' }))
    await clock.advance(50)
    expect(page.got().filter(({ event }) => event === 'release')).toEqual([])
  })
  test('let the page fetch what it may see now', async () => {
    const { clock, rights, open } = start({ may: (namespace) => namespace === 'mail' })
    const page = open(only('mail'))
    rights.may = () => true
    await clock.advance(60_000)
    expect(page.got()[1]).toMatchObject({ event: 'refetch' })
  })
  test('in a namespace that is new are asked for at once', async () => {
    const { clock, put, open } = start({ may: (namespace) => namespace === 'mail' || namespace === 'new' })
    const page = open(only('mail'))
    put(releaseNamed('new', 'web'))
    await clock.advance(1_100)
    expect(page.got()[1]).toMatchObject({ event: 'refetch' })
  })
  test('that nobody can tell are as they were for some minutes, then the page ends', async () => {
    const { clock, rights, open } = start()
    const page = open()
    rights.may = () => {
      throw new Error('down')
    }
    await clock.advance(240_000)
    expect(page.state.ended).toBe(false)
    await clock.advance(180_000)
    expect(page.state.ended).toBe(true)
  })
})

describe('a page that does not take up', () => {
  test('is written to no more, and told to fetch anew when it does again', async () => {
    const { clock, put, open } = start()
    const page = open()
    page.state.takes = false
    for (let n = 0; n < 100; n++) {
      put(releaseNamed('shop', 'web', { version: String(n) }))
      await clock.advance(50)
    }
    expect(page.got()).toHaveLength(2)
    page.state.takes = true
    page.drain()
    expect(page.got().slice(2)).toEqual([{ event: 'refetch', data: { because: expect.stringContaining('slowly') } }])
    put(releaseNamed('shop', 'web', { version: 'last' }))
    await clock.advance(50)
    expect(page.got().at(-1)?.data.version).toBe('last')
  })
  test('for too long is given up', async () => {
    const { clock, put, open, streams } = start()
    const page = open()
    page.state.takes = false
    put(releaseNamed('shop', 'web'))
    await clock.advance(40_000)
    expect([page.state.destroyed, streams.size()]).toEqual([true, 0])
  })
})

describe('limits', () => {
  test('hold for each person and for all', () => {
    const { streams } = start({ limits: { perPerson: 2, all: 3 } })
    streams.enter('anna')
    const second = streams.enter('anna')
    expect(() => streams.enter('anna')).toThrow(expect.objectContaining({ code: 'SERIN-429-RATE' }))
    streams.enter('ben')
    expect(() => streams.enter('carla')).toThrow(expect.objectContaining({ code: 'SERIN-503-BUSY' }))
    second.leave()
    second.leave()
    streams.enter('anna')
    expect(() => streams.enter('carla')).toThrow(expect.objectContaining({ code: 'SERIN-503-BUSY' }))
  })
})
