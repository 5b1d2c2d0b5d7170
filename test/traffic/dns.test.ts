import { Resolver } from 'node:dns/promises'
import { expect, test } from 'vitest'
import type { ApiClient, Json, WatchEvent } from '../cluster/apiClient.ts'
import { answerTo, serveNames } from './dns.ts'

const slice = (name: string, endpoints: Json[]): Json => ({
  metadata: { uid: name, name, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  endpoints,
})

/** An API server that knows these slices and tells of no change. */
function apiOf(items: Json[]): ApiClient {
  return {
    send: async () => ({ status: 200, headers: {}, json: { metadata: { resourceVersion: '1' }, items } }),
    async *watch(_path: string, signal?: AbortSignal): AsyncGenerator<WatchEvent> {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    },
  }
}

test('a Service is the addresses of its ready endpoints; other names do not exist', async () => {
  const api = apiOf([
    slice('web-1', [
      { addresses: ['10.244.0.10'], conditions: { ready: true } },
      { addresses: ['10.244.0.11'], conditions: { ready: false } },
    ]),
    slice('web-2', [{ addresses: ['10.244.1.2'], conditions: {} }]),
  ])
  const server = await serveNames(api, '127.0.0.1', 0)
  const resolver = new Resolver({ timeout: 1_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${server.port}`])
  try {
    expect((await resolver.resolve4('WEB.shop.svc.cluster.local')).sort()).toEqual(['10.244.0.10', '10.244.1.2'])
    await expect(resolver.resolve4('web.other.svc.cluster.local')).rejects.toThrow('ENOTFOUND')
    await expect(resolver.resolve4('example.com')).rejects.toThrow('ENOTFOUND')
    // It exists and has no address of the sixth version: another answer than for a name that does not exist.
    await expect(resolver.resolve6('web.shop.svc.cluster.local')).rejects.toThrow('ENODATA')
  } finally {
    await server.stop()
  }
})

test('what is no question gets no answer', () => {
  const header = Buffer.alloc(12)
  for (const rest of [[], [3, 97], [64, 97], [1, 97, 0, 0]])
    expect(answerTo(Buffer.concat([header, Buffer.from(rest)]), () => [])).toBeUndefined()
})
