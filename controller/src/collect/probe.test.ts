import { expect, test } from 'vitest'
import { SourceError } from '../metrics/errors.ts'
import { probe } from './probe.ts'
import { arms, errors, memory, series, start, step } from './testing/metrics.ts'
import { scriptedSources } from './testing/scriptedSources.ts'

const request = { namespace: 'shop', metrics: [errors, memory], arms, at: start + step, step }

test('it counts the series and pods of each version, and says what the baseline lacks', async () => {
  const sources = scriptedSources({
    series: [
      series('requests_total', { pod: 'shop-old-1', path: '/a' }, [1], 1),
      series('requests_total', { pod: 'shop-old-1', path: '/b' }, [1], 1),
      series('requests_total', { pod: 'shop-old-2' }, [1], 1),
      series('requests_total', { pod: 'shop-old-gone' }, [1, 2], -1),
      series('memory', { pod: 'shop-new-1' }, [1], 1),
    ],
  })
  const [ofErrors, ofMemory] = await probe(request, sources)
  expect(ofErrors).toEqual({
    metric: 'errors',
    source: 'MetricSource shop/default',
    found: {
      bad: { canary: { series: 0, pods: 0 }, baseline: { series: 0, pods: 0 } },
      total: { canary: { series: 0, pods: 0 }, baseline: { series: 3, pods: 2 } },
    },
  })
  expect(ofMemory?.found).toEqual({ query: { canary: { series: 1, pods: 1 }, baseline: { series: 0, pods: 0 } } })
  expect(ofMemory?.lacking).toContain('MetricSource shop/default has no series of the baseline for the query query')
})

test('without a baseline nothing of it is missing; a source that does not answer is a problem', async () => {
  const [one] = await probe({ ...request, arms: { canary: arms.canary } }, scriptedSources({}))
  expect(one).toEqual({
    metric: 'errors',
    source: 'MetricSource shop/default',
    found: { bad: { canary: { series: 0, pods: 0 } }, total: { canary: { series: 0, pods: 0 } } },
  })
  const [down] = await probe(request, scriptedSources({ error: new SourceError('down', 'no answer') }))
  expect(down).toMatchObject({ metric: 'errors', found: {}, problem: { kind: 'SourceDown', because: 'no answer' } })
})
