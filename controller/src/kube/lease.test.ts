import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { kubeClient } from './client.ts'
import { type Election, type ElectionOptions, elect } from './lease.ts'
import { type MemoryApi, memoryApi, type Weather } from './testing/memoryApi.ts'
import { type VirtualClock, virtualClock } from './testing/virtualClock.ts'

interface Candidate {
  name: string
  election: Election
  weather: Weather
  /** From onStarted until the work has stopped. */
  leads: boolean
  /** The process is gone: no timer of it fires any more. */
  kill(): void
}

function arena(count: number, options: Partial<ElectionOptions> & { stopMs?: number } = {}) {
  const clock = virtualClock()
  const api = memoryApi(clock)
  /** Who leads from when on: [time, names]. */
  const history: { at: number; leaders: string[] }[] = []
  const candidates: Candidate[] = []
  const start = clock.now()
  const note = () => history.push({ at: clock.now() - start, leaders: candidates.filter((each) => each.leads).map((each) => each.name) })
  for (let i = 0; i < count; i++) candidates.push(candidate(clock, api, `pod-${i}`, note, options))
  const leaders = () => candidates.filter((each) => each.leads)
  const rivals = () => history.filter((each) => each.leaders.length > 1)
  return { clock, api, candidates, history, leaders, rivals, spec: () => specOf(api), note }
}

function candidate(
  clock: VirtualClock,
  api: MemoryApi,
  name: string,
  note: () => void,
  options: Partial<ElectionOptions> & { stopMs?: number },
) {
  const { transport, weather } = api.transport()
  let alive = true
  // A dead process runs nothing: neither its timers nor what waits for them.
  const own: Clock = { now: clock.now, after: (ms, fn) => clock.after(ms, () => alive && fn()) }
  const result: Candidate = {
    name,
    weather,
    leads: false,
    kill() {
      alive = false
      result.leads = false
      weather.lost = 'requests'
      note()
    },
    election: elect({
      client: kubeClient(transport, { fieldManager: 'test' }),
      clock: own,
      name: 'serin',
      namespace: 'system',
      identity: name,
      onStarted() {
        // An answer that was under way when the process died.
        if (!alive) return
        result.leads = true
        note()
      },
      async onStopped() {
        await new Promise<void>((resolve) => own.after(options.stopMs ?? 50, resolve))
        result.leads = false
        note()
      },
      ...options,
    }),
  }
  return result
}

function specOf(api: MemoryApi): Record<string, unknown> {
  const lease = [...api.objects.values()][0]
  return (lease?.spec ?? {}) as Record<string, unknown>
}

test('one of three leads, renews every second, and the lease says who and since when', async () => {
  const { clock, candidates, leaders, rivals, spec, history } = arena(3)
  await clock.advance(60_000)
  expect(leaders()).toHaveLength(1)
  expect(history).toHaveLength(1)
  expect(rivals()).toEqual([])
  expect(candidates.map((each) => each.election.isLeader())).toEqual(candidates.map((each) => each.leads))
  expect(new Set(candidates.map((each) => each.election.leader()))).toEqual(new Set([leaders()[0]?.name]))
  expect(spec()).toMatchObject({ holderIdentity: leaders()[0]?.name, leaseDurationSeconds: 4, leaseTransitions: 0 })
  expect(spec().renewTime).toMatch(/^2026-01-01T00:00:(58|59)\.\d{6}Z$/)
})

test('when the leader dies another leads within six seconds', async () => {
  for (let offset = 0; offset < 2_000; offset += 170) {
    const { clock, leaders, rivals, spec } = arena(3)
    await clock.advance(20_000 + offset)
    leaders()[0]?.kill()
    await clock.advance(2_900)
    expect(leaders()).toHaveLength(0)
    await clock.advance(3_100)
    expect(leaders()).toHaveLength(1)
    expect(spec().leaseTransitions).toBe(1)
    expect(rivals()).toEqual([])
  }
})

test('a leader that stops hands over within 300 ms after its work has ended', async () => {
  const { clock, leaders, rivals, history } = arena(2, { stopMs: 200 })
  await clock.advance(20_000)
  const first = leaders()[0]
  let gone = false
  void first?.election.stop().then(() => {
    gone = true
  })
  await clock.advance(500)
  expect(gone).toBe(true)
  expect(leaders()).toHaveLength(1)
  expect(leaders()[0]).not.toBe(first)
  expect(rivals()).toEqual([])
  expect(history.map((each) => each.leaders.length)).toEqual([1, 0, 1])
})

test('a leader whose work takes long to end keeps the lease until then', async () => {
  const { clock, leaders, rivals } = arena(2, { stopMs: 4_500 })
  await clock.advance(20_000)
  const stopped = leaders()[0]
  void stopped?.election.stop()
  await clock.advance(4_400)
  expect(leaders()).toEqual([stopped])
  expect(stopped?.election.isLeader()).toBe(false)
  await clock.advance(1_600)
  expect(leaders()).toHaveLength(1)
  expect(leaders()[0]).not.toBe(stopped)
  expect(rivals()).toEqual([])
})

test('a leader whose work never ends leaves without releasing', async () => {
  const { clock, candidates, spec } = arena(1, { stopMs: 1_000_000 })
  await clock.advance(5_000)
  let gone = false
  void candidates[0]?.election.stop().then(() => {
    gone = true
  })
  await clock.advance(6_500)
  expect(gone).toBe(true)
  expect(spec().holderIdentity).toBe('pod-0')
})

describe('a leader that', () => {
  test('cannot reach the API stops before anybody else starts, and stands again later', async () => {
    const { clock, leaders, rivals } = arena(2)
    await clock.advance(20_000)
    const [cut] = leaders()
    if (cut) cut.weather.lost = 'requests'
    await clock.advance(10_000)
    expect(leaders()).toHaveLength(1)
    expect(leaders()[0]).not.toBe(cut)
    if (cut) cut.weather.lost = 'nothing'
    await clock.advance(5_000)
    leaders()[0]?.kill()
    await clock.advance(6_000)
    expect(leaders()).toEqual([cut])
    expect(rivals()).toEqual([])
  })
  test('loses only answers keeps the lease on the server but stops all the same', async () => {
    const { clock, leaders, rivals } = arena(2)
    await clock.advance(20_000)
    const [cut] = leaders()
    if (cut) cut.weather.lost = 'answers'
    await clock.advance(3_200)
    expect(cut?.leads).toBe(false)
    expect(rivals()).toEqual([])
  })
  test('loses one answer, or meets an edit of the lease, goes on leading', async () => {
    const { clock, api, leaders, history } = arena(2)
    await clock.advance(20_000)
    const [leader] = leaders()
    if (leader) leader.weather.lost = 'answers'
    await clock.advance(1_200)
    if (leader) leader.weather.lost = 'nothing'
    await clock.advance(10_000)
    const { transport } = api.transport()
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'system', name: 'serin' }
    void kubeClient(transport, { fieldManager: 'kubectl' }).merge(ref, { metadata: { labels: { edited: 'yes' } } })
    await clock.advance(10_000)
    expect(leaders()).toEqual([leader])
    expect(history).toHaveLength(1)
  })
  test('finds another name in the lease stops at once and does not fight for it', async () => {
    const { clock, api, leaders, spec } = arena(1)
    await clock.advance(20_000)
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'system', name: 'serin' }
    void kubeClient(api.transport().transport, { fieldManager: 'other' }).merge(ref, { spec: { holderIdentity: 'other' } })
    await clock.advance(1_200)
    expect(leaders()).toHaveLength(0)
    await clock.advance(2_500)
    expect(spec().holderIdentity).toBe('other')
    await clock.advance(2_000)
    expect(spec().holderIdentity).toBe('pod-0')
  })
  test('finds the lease deleted takes it again', async () => {
    const { clock, api, leaders, history, spec } = arena(1)
    await clock.advance(20_000)
    api.objects.clear()
    await clock.advance(3_000)
    expect(leaders()).toHaveLength(1)
    expect(history).toHaveLength(1)
    expect(spec().holderIdentity).toBe('pod-0')
  })
  test('is refused for two seconds goes on leading', async () => {
    const { clock, api, leaders, history } = arena(1)
    await clock.advance(20_000)
    api.refuse({ code: 500, reason: 'InternalError' }, { code: 500, reason: 'InternalError' }, { code: 503, reason: 'ServiceUnavailable' })
    await clock.advance(20_000)
    expect(leaders()).toHaveLength(1)
    expect(history).toHaveLength(1)
  })
})

test('clocks that differ by hours change nothing', async () => {
  const clock = virtualClock()
  const api = memoryApi(clock)
  const history: number[] = []
  const all: Candidate[] = []
  const note = () => history.push(all.filter((each) => each.leads).length)
  for (const [i, hours] of [-5, 0, 7].entries()) {
    const skewed = { ...clock, now: () => clock.now() + hours * 3_600_000 }
    all.push(candidate(skewed, api, `pod-${i}`, note, {}))
  }
  await clock.advance(20_000)
  all.find((each) => each.leads)?.kill()
  await clock.advance(6_000)
  expect(all.filter((each) => each.leads)).toHaveLength(1)
  expect(Math.max(...history)).toBe(1)
})

type Blow = { wait: number; who: number; what: 'requests' | 'answers' | 'nothing' | 'slow' | 'stop' | 'kill' | 'refuse' }

test('whatever the network and the processes do, never two lead at once; with one healthy candidate left, somebody leads', async () => {
  const blow: fc.Arbitrary<Blow> = fc.record({
    wait: fc.nat(4_000),
    who: fc.nat(2),
    what: fc.constantFrom('requests', 'answers', 'nothing', 'slow', 'stop', 'kill', 'refuse'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(blow, { maxLength: 15 }), fc.integer({ min: 2, max: 3 }), async (blows, count) => {
      const { clock, api, candidates, leaders, rivals } = arena(count, { stopMs: 900 })
      const out = new Set<Candidate>()
      for (const { wait, who, what } of blows) {
        await clock.advance(wait)
        const target = candidates[who % count]
        if (!target || out.has(target)) continue
        if (what === 'stop' || what === 'kill') out.add(target)
        if (what === 'stop') void target.election.stop()
        else if (what === 'kill') target.kill()
        else if (what === 'refuse') api.refuse({ code: 500, reason: 'InternalError' }, { code: 409, reason: 'Conflict' })
        else if (what === 'slow') target.weather.delayMs = 590
        else target.weather.lost = what
      }
      for (const each of candidates) if (!out.has(each)) Object.assign(each.weather, { lost: 'nothing', delayMs: 5 })
      await clock.advance(12_000)
      expect(rivals()).toEqual([])
      expect(leaders()).toHaveLength(out.size < count ? 1 : 0)
    }),
    { numRuns: 200 },
  )
})
