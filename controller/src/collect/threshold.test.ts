import { expect, test } from 'vitest'
import { SourceError } from '../metrics/errors.ts'
import { arms, metric, start, step } from './testing/metrics.ts'
import { scriptedSources } from './testing/scriptedSources.ts'
import { measureOnce } from './threshold.ts'

const p99 = metric({ name: 'p99', threshold: { query: 'p99{pod=~"{{arm.pods}}",code="{{args.code}}"}', pass: 'value < 1' } })
const query = 'p99{pod=~"shop-new-[a-z0-9]+",code="500"}'
const request = { metric: p99, namespace: 'shop', arms, args: { code: '500' }, at: start, interval: step }

test('one number is a measurement of the canary, NaN too', async () => {
  for (const value of [0.25, -3, Number.NaN])
    expect(await measureOnce(request, scriptedSources({ values: { [query]: [value] } }))).toEqual({
      measurement: { form: 'gauge', canary: { values: [value] } },
    })
})

test('no number is no measurement, several are a problem', async () => {
  expect(await measureOnce(request, scriptedSources({ values: { [query]: [] } }))).toEqual({})
  const { measurement, problem } = await measureOnce(request, scriptedSources({ values: { [query]: [1, 2, 3] } }))
  expect(measurement).toBeUndefined()
  expect(problem).toMatchObject({
    metric: 'p99',
    kind: 'Query',
    because: 'The query gave 3 numbers: add them up to one, with sum() or max()',
  })
})

test('a source that does not answer is a problem', async () => {
  expect(await measureOnce(request, scriptedSources({ error: new SourceError('down', 'no answer') }))).toEqual({
    problem: { metric: 'p99', source: 'MetricSource shop/default', kind: 'SourceDown', because: 'no answer' },
  })
})
