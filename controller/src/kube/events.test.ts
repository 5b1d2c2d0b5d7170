import { expect, test } from 'vitest'
import { kubeClient } from './client.ts'
import { recorder, type Told } from './events.ts'
import { memoryApi } from './testing/memoryApi.ts'
import { virtualClock } from './testing/virtualClock.ts'

const regarding = {
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid: 'u-1', resourceVersion: '7', labels: { big: 'object' } },
}
const promoted: Told = { regarding, type: 'Normal', reason: 'Promoted', note: 'web is on version 2', action: 'Promote' }

function setup() {
  const clock = virtualClock()
  const api = memoryApi(clock)
  const { transport, weather } = api.transport()
  const client = kubeClient(transport, { fieldManager: 'test' })
  const events = recorder({ client, clock, controller: 'serin.dev/controller', instance: 'serin-0' })
  return { clock, api, weather, events, written: () => [...api.objects.values()] }
}

test('an event says what happened, to what, when and by whom', async () => {
  const { clock, events, written, api } = setup()
  events.record(promoted)
  await clock.advance(100)
  expect([...api.objects.keys()][0]).toMatch(/^\/apis\/events\.k8s\.io\/v1\/namespaces\/shop\/events\/web\.[0-9a-f]+$/)
  expect(written()[0]).toMatchObject({
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'serin.dev/controller',
    reportingInstance: 'serin-0',
    regarding: { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', name: 'web', namespace: 'shop', uid: 'u-1', resourceVersion: '7' },
    ...{ reason: 'Promoted', action: 'Promote', type: 'Normal', note: 'web is on version 2' },
  })
  expect(written()[0]?.series).toBeUndefined()
})

test('the same words again become a count, told in bundles of ten seconds', async () => {
  const { clock, events, written, api } = setup()
  for (let i = 0; i < 50; i++) {
    events.record(promoted)
    await clock.advance(500)
  }
  await clock.advance(10_000)
  expect(written()).toHaveLength(1)
  expect(written()[0]?.series).toEqual({ count: 50, lastObservedTime: '2026-01-01T00:00:24.500000Z' })
  expect(api.requests.length).toBeLessThanOrEqual(4)
})

test('after a long pause the same words are a new event', async () => {
  const { clock, events, written } = setup()
  events.record(promoted)
  await clock.advance(360_000)
  events.record(promoted)
  await clock.advance(1_000)
  expect(written()).toHaveLength(2)
})

test('an object that babbles is cut after 25 different events; others are not', async () => {
  const { clock, events, written } = setup()
  for (let i = 0; i < 100; i++) events.record({ ...promoted, note: `step ${i}` })
  events.record({ ...promoted, regarding: { ...regarding, metadata: { name: 'api', namespace: 'shop', uid: 'u-2' } } })
  await clock.advance(10_000)
  expect(written()).toHaveLength(26)
  expect(events.dropped()).toBe(75)
  await clock.advance(60_000)
  events.record({ ...promoted, note: 'later' })
  await clock.advance(1_000)
  expect(written()).toHaveLength(27)
})

test('a server that is away for a moment is tried again; one that refuses is not', async () => {
  const { clock, events, written, api } = setup()
  api.refuse({ code: 500, reason: 'InternalError' }, { code: 503, reason: 'ServiceUnavailable' })
  events.record(promoted)
  await clock.advance(5_000)
  expect(written()).toHaveLength(1)
  api.refuse({ code: 403, reason: 'Forbidden' })
  events.record({ ...promoted, note: 'refused' })
  await clock.advance(5_000)
  expect(written()).toHaveLength(1)
  expect(events.dropped()).toBe(1)
})

test('an event that the server has forgotten meanwhile is created anew', async () => {
  const { clock, events, written, api } = setup()
  events.record(promoted)
  await clock.advance(1_000)
  api.objects.clear()
  events.record(promoted)
  await clock.advance(11_000)
  expect(written()[0]?.series).toMatchObject({ count: 2 })
})

test('cluster-scoped objects have theirs in the default namespace; long names and notes are cut to what the API takes', async () => {
  const { clock, events, written, api } = setup()
  const metadata = { name: 'n'.repeat(253) }
  events.record({ ...promoted, regarding: { ...regarding, metadata }, note: 'ü'.repeat(2_000) })
  await clock.advance(1_000)
  expect([...api.objects.keys()][0]).toContain('/namespaces/default/events/')
  expect(written()[0]?.metadata.name).toHaveLength(253)
  const note = String(written()[0]?.note)
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024)
  expect(note).toMatch(/^ü+…$/)
})

test('close writes what waits, but not for longer than it may', async () => {
  const { clock, events, written, weather } = setup()
  events.record(promoted)
  events.record(promoted)
  const closing = events.close()
  await clock.advance(100)
  await closing
  expect(written()[0]?.series).toMatchObject({ count: 2 })
  events.record({ ...promoted, note: 'too late' })
  await clock.advance(60_000)
  expect(written()).toHaveLength(1)

  const other = setup()
  other.weather.lost = 'requests'
  other.events.record(promoted)
  let closed = false
  void other.events.close(1_500).then(() => {
    closed = true
  })
  await other.clock.advance(1_500)
  expect(closed).toBe(true)
  expect(weather.lost).toBe('nothing')
})
