import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { reflect } from './reflector.ts'
import { createStore } from './store.ts'
import { accessTo } from './testing/access.ts'
import { startApiServer } from './testing/apiServer.ts'
import { until } from './testing/clocks.ts'
import { undiciTransport } from './transport.ts'

const count = 10_000

/** About the size of a Rollout with a history: 1.5 kB of JSON. */
function body(i: number) {
  const entry = (n: number) => ({
    revision: n,
    verdict: 'Promoted',
    startedAt: '2026-01-01T00:00:00Z',
    images: [`registry.test/app-${i}:v${n}`],
  })
  return {
    steps: Array.from({ length: 8 }, (_, n) => ({ weight: n * 10, analyze: 'default' })),
    history: Array.from({ length: 10 }, (_, n) => entry(n)),
  }
}

test('10,000 objects are listed, changed and held in little time and memory', async () => {
  const server = await startApiServer()
  for (let i = 0; i < count; i++) server.put(`app-${i}`, { labels: { team: `t${i % 50}` }, data: body(i) })
  // The server's own objects stay in both measurements, its history in none.
  server.compact()
  const before = heapMb()
  const transport = undiciTransport(accessTo(server.url), { clock: systemClock })
  const store = createStore({ indexes: { team: (object) => [object.metadata.labels?.team ?? ''] } })
  const type = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }

  const started = performance.now()
  const reflector = reflect({ transport, type, store, clock: systemClock, random: Math.random })
  await store.synced()
  const listMs = performance.now() - started
  await until(() => server.watchers.size === 1, 'a watch')

  const changing = performance.now()
  for (let i = 0; i < count; i++) server.put(`app-${i}`, { labels: { team: `t${(i + 1) % 50}` }, data: body(i) })
  const last = server.put('last').metadata.resourceVersion
  await until(() => store.byKey('default/last')?.metadata.resourceVersion === last, 'the last change', 15_000)
  const watchMs = performance.now() - changing
  server.compact()
  const heap = heapMb() - before

  const perSecond = (ms: number) => Math.round((count / ms) * 1000)
  console.log(`list ${perSecond(listMs)} objects/s, watch ${perSecond(watchMs)} events/s, heap ${Math.round(heap)} MB`)
  expect(store.byIndex('team', 't7')).toHaveLength(count / 50)
  // Generous: an idle machine does ten times as much.
  expect(perSecond(listMs)).toBeGreaterThan(1_000)
  expect(perSecond(watchMs)).toBeGreaterThan(500)
  expect(heap).toBeLessThan(80)

  await reflector.stop()
  await transport.close()
  await server.close()
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapMb(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
