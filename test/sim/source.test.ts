import { expect, test } from 'vitest'
import type { Obj } from '../../sandbox/src/types.ts'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'
import { type SourceFault, shopAsking, sourceOver } from './source.ts'
import { failuresOf } from './versions.ts'

const minute = 60_000

/** A source that saw a pod of each version for two minutes. */
async function source(...versions: string[]) {
  const clock = virtualClock()
  const source = sourceOver(clock)
  for (const version of versions) {
    const metadata = { name: `s1-${version}`, namespace: 'shop', uid: version } as Obj['metadata']
    source.enter({
      type: 'ADDED',
      object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ image: `demo:${version}` }] } },
    })
  }
  await clock.advance(2 * minute)
  /** The failed and all requests of a pod in the last minute; what went wrong instead. */
  const lastMinute = async (version: string): Promise<{ bad: number; all: number } | string> => {
    const increase = async (name: string): Promise<number> => {
      const end = clock.now() / 1000
      const query = `${name}{namespace="shop",pod=~"s1-${version}"}`
      const body = new URLSearchParams({ query, start: String(end - 60), end: String(end), step: '60' }).toString()
      const url = 'http://prometheus.test/api/v1/query_range'
      const { status, text } = await source.send({ method: 'POST', url, body, timeoutMs: 2_000, reach: 'tenant' })
      if (status !== 200) throw new Error(String(status))
      const [series] = JSON.parse(text).data.result
      if (!series) throw new Error('nothing')
      return series.values.at(-1)[1] - series.values[0][1]
    }
    let said: { bad: number; all: number } | string | undefined
    const ask = async () => {
      said = { bad: await increase('bad'), all: await increase('all') }
    }
    ask().catch((error: Error) => {
      said = error.message
    })
    await clock.advance(10_000)
    return said ?? 'no answer'
  }
  const broken = (fault: SourceFault) => source.break(fault, clock.now() + minute, () => {})
  return { lastMinute, broken, clock, tell: source.tell }
}

const share = (said: { bad: number; all: number } | string) => (typeof said === 'string' ? said : said.bad / said.all)

test('counters follow from versions alone', async () => {
  const s = await source('good1', 'errors1')
  expect(share(await s.lastMinute('good1'))).toBeCloseTo(0.004, 3)
  expect(share(await s.lastMinute('errors1'))).toBeCloseTo(0.25, 3)
})

test('a pod counts the requests it gets, and its counters never fall', async () => {
  const s = await source('good1', 'errors1')
  s.tell(new Map([['good1', 40]]))
  await s.clock.advance(minute)
  expect(await s.lastMinute('good1')).toEqual({ all: 2_400, bad: 9 })
  expect(await s.lastMinute('errors1')).toMatchObject({ all: 24_000 })
})

test('a version that sours fails after a while, and its counters never fall', () => {
  expect(failuresOf('sours1', 10_000, 400)).toBe(failuresOf('good1', 10_000, 400))
  let before = 0
  for (let age = 0; age < minute; age += 500) {
    const now = failuresOf('sours1', age, 400)
    expect(now).toBeGreaterThanOrEqual(before)
    before = now
  }
  expect(before).toBeGreaterThan(failuresOf('good1', minute, 400) * 10)
})

test('a broken source is broken as it says, for a time', async () => {
  const faults: [SourceFault, RegExp][] = [
    [{ do: 'down' }, /refused/],
    [{ do: 'answer', status: 429 }, /429/],
    [{ do: 'slow', ms: 4_000 }, /in time/],
    [{ do: 'empty' }, /nothing/],
  ]
  for (const [fault, what] of faults) {
    const s = await source('good1')
    s.broken(fault)
    expect(await s.lastMinute('good1')).toMatch(what)
    await s.clock.advance(minute)
    expect(share(await s.lastMinute('good1'))).toBeCloseTo(0.004, 3)
  }
})

test('a source may lie about some versions only', async () => {
  const s = await source('good1', 'good2', 'good3', 'good4')
  const told = async () => {
    const shares: (number | string)[] = []
    for (const version of ['good1', 'good2', 'good3', 'good4']) shares.push(share(await s.lastMinute(version)))
    return shares.map((one) => one === 1)
  }
  s.broken({ do: 'lie', about: 'odd' })
  const odd = await told()
  s.broken({ do: 'lie', about: 'even' })
  const even = await told()
  expect(odd.some(Boolean)).toBe(true)
  expect(odd.map((lie) => !lie)).toEqual(even)
  s.broken({ do: 'lie', about: 'all' })
  expect(await told()).toEqual([true, true, true, true])
})

test('nonsense is no number', async () => {
  const s = await source('good1')
  s.broken({ do: 'nonsense' })
  expect(share(await s.lastMinute('good1'))).toBeNaN()
})

test('a question says whose analysis asks', () => {
  const asked = (query: string) =>
    shopAsking({ method: 'GET', url: `http://prometheus.test/api/v1/query?${new URLSearchParams({ query })}` })
  expect(asked('bad{namespace="shop-1",pod=~"s12-abc-[a-z0-9]+"}')).toBe('s12')
  expect(asked('up')).toBeUndefined()
  const hook = { method: 'POST', url: 'http://hooks.test/ask', body: JSON.stringify({ rollout: 's3', run: 1 }) } as const
  expect(shopAsking(hook)).toBe('s3')
})
