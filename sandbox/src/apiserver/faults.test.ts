import { describe, expect, it } from 'vitest'
import { openWatch, send } from './testing/client.ts'
import { configMap, paths, testServer } from './testing/fixtures.ts'

const post = (request: { method: string }) => request.method === 'POST'

describe('faults', () => {
  it('answer a status so many times, with Retry-After', async () => {
    const { server } = testServer()
    server.faults.add({ match: post, do: 'status', code: 429, retryAfterSeconds: 2, times: 1 })
    const first = await send(server, 'POST', paths.configMaps, configMap('a'))
    expect(first).toMatchObject({ status: 429, json: { reason: 'TooManyRequests' }, headers: { 'retry-after': '2' } })
    expect((await send(server, 'POST', paths.configMaps, configMap('a'))).status).toBe(201)
  })

  it('break a connection before or after the write', async () => {
    const { server } = testServer()
    server.faults.add({ match: post, do: 'reset', times: 1 })
    await expect(send(server, 'POST', paths.configMaps, configMap('a'))).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(server.api.get('v1', 'ConfigMap', 'default', 'a')).toBeUndefined()
    server.faults.add({ match: post, do: 'reset', when: 'after', times: 1 })
    await expect(send(server, 'POST', paths.configMaps, configMap('a'))).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(server.api.get('v1', 'ConfigMap', 'default', 'a')).toBeDefined()
  })

  it('delay by the clock, and hang until the caller gives up', async () => {
    const { server, clock } = testServer()
    server.faults.add({ match: post, do: 'delay', ms: 500, times: 1 })
    let answered = false
    const slow = send(server, 'POST', paths.configMaps, configMap('a')).then(() => {
      answered = true
    })
    await clock.advance(499)
    expect(answered).toBe(false)
    await clock.advance(1)
    await slow
    expect(answered).toBe(true)
    const remove = server.faults.add({ match: () => true, do: 'hang' })
    const stop = new AbortController()
    const hanging = send(server, 'GET', paths.configMaps, undefined, { signal: stop.signal })
    stop.abort(new Error('gave up'))
    await expect(hanging).rejects.toThrow('gave up')
    remove()
    expect((await send(server, 'GET', paths.configMaps)).status).toBe(200)
  })

  it('restart: watches break, connections are refused for a while, and everything is still there', async () => {
    const { server, clock } = testServer()
    await send(server, 'POST', paths.configMaps, configMap('a'))
    const watch = await openWatch(server, `${paths.configMaps}?watch=1&resourceVersion=${server.revision()}`)
    server.restart(2_000)
    await expect(watch.next()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(send(server, 'GET', paths.configMaps)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await clock.advance(2_000)
    expect((await send(server, 'GET', `${paths.configMaps}/a`)).status).toBe(200)
  })
})
