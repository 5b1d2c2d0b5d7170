import { expect, it } from 'vitest'
import { SourceError } from '../../../controller/src/metrics/errors.ts'
import { seriesOf, seriesSource } from '../../../sandbox/src/prometheus/series.ts'
import { virtualClock } from '../../../sandbox/src/virtualClock.ts'
import { type Disturbance, disturbedSource } from './source.ts'

const start = Date.UTC(2026, 0, 1)
const second = 1_000
const data = seriesSource([
  seriesOf(
    'requests_total',
    {},
    Array.from({ length: 13 }, (_, at) => [start + at * 10 * second, at]),
  ),
])

/** What is answered a minute after the change, when that is wrong from half a minute on; and after how long. */
async function answered(kind?: Disturbance['kind'], by = 0): Promise<unknown> {
  const clock = virtualClock(start)
  const disturbances: Disturbance[] = kind ? [{ kind, after: 30 * second, length: 60 * second, by }] : []
  const { send } = disturbedSource(clock, data, disturbances, () => start)
  await clock.advance(60 * second)
  const began = clock.now()
  let found: unknown
  const url = 'http://prometheus.test/api/v1/query?query=requests_total'
  const asked = send({ method: 'GET', url, timeoutMs: 2_000, reach: 'platform' }).then(
    ({ status, text }) => {
      const value = status === 200 ? JSON.parse(text).data.result[0]?.value[1] : undefined
      found = { status, value, ms: clock.now() - began }
    },
    (error: unknown) => {
      found = { error: error instanceof SourceError ? error.fault : error, ms: clock.now() - began }
    },
  )
  await clock.advance(5 * second)
  await asked
  return found
}

it.each<[Disturbance['kind'] | undefined, number, object]>([
  [undefined, 0, { status: 200, value: '6', ms: 0 }],
  ['slow', 1_500, { status: 200, value: '6', ms: 1_500 }],
  ['silent', 0, { error: 'down', ms: 2_000 }],
  ['refusing', 0, { error: 'down', ms: 0 }],
  ['failing', 0, { status: 503, value: undefined, ms: 0 }],
  ['empty', 0, { status: 200, value: undefined, ms: 0 }],
  ['stale', 0, { status: 200, value: '3', ms: 0 }],
  ['lagging', 20 * second, { status: 200, value: '4', ms: 0 }],
])('a source that is %s answers so', async (kind, by, expected) => {
  expect(await answered(kind, by)).toEqual(expected)
})

it('is as ever before and after', async () => {
  const clock = virtualClock(start + 20 * second)
  const wrong: Disturbance[] = [{ kind: 'refusing', after: 30 * second, length: 60 * second }]
  const { send, queries } = disturbedSource(clock, data, wrong, () => start)
  const ask = () => send({ method: 'GET', url: 'http://prometheus.test/api/v1/query?query=1', timeoutMs: 1, reach: 'platform' })
  expect((await ask()).status).toBe(200)
  await clock.advance(20 * second)
  await expect(ask()).rejects.toThrow('refused')
  await clock.advance(50 * second)
  expect((await ask()).status).toBe(200)
  expect(queries()).toBe(3)
})
