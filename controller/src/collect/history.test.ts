import { expect, test } from 'vitest'
import { SourceError } from '../metrics/errors.ts'
import type { Series } from '../metrics/provider.ts'
import { type LearnRequest, learn } from './history.ts'
import { arms, errors, latency, memory, metric, series, start, step } from './testing/metrics.ts'
import { scriptedSources } from './testing/scriptedSources.ts'

const hour = 3_600_000
const request = (change: Partial<LearnRequest> = {}): LearnRequest => ({
  namespace: 'shop',
  metrics: [errors],
  arm: arms.baseline,
  until: start,
  history: 12 * hour,
  step,
  ...change,
})

/** A fixed stream of numbers between 0 and 1. */
function stream(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Series of so many pods over 12 hours: `more` says what each adds to each interval. */
function grown(name: string, pods: number, more: (random: () => number) => number, labels: Record<string, string> = {}): Series[] {
  const random = stream(pods + name.length)
  return Array.from({ length: pods }, (_, pod) => {
    let value = 0
    const values = Array.from({ length: 1446 }, () => {
      value += more(random)
      return value
    })
    return series(name, { pod: `shop-old-${pod}`, ...labels }, values, -1445)
  })
}

/** Events that come `size` at a time, each time with that chance, so that they vary `size` times as much as independent ones. */
const inClusters = (size: number, chance: number) => (random: () => number) => {
  let events = 0
  for (let at = 0; at < 10; at++) if (random() < chance) events += size
  return events
}

test('events that come in clusters are learned to vary as much as the clusters are large', async () => {
  const totals = grown('requests_total', 5, () => 1000)
  const calm = await learn(request(), 1, scriptedSources({ series: [...totals, ...grown('errors_total', 5, inClusters(1, 0.05))] }), 1)
  expect(calm.history.errors?.dispersion).toBeLessThan(1.5)
  const wild = await learn(request(), 1, scriptedSources({ series: [...totals, ...grown('errors_total', 5, inClusters(8, 0.05))] }), 1)
  expect(wild.history.errors?.dispersion).toBeGreaterThan(7)
  expect(wild.history.errors?.dispersion).toBeLessThan(13)
  expect(wild.sentences).toEqual([expect.stringMatching(/^errors: bad events vary .* times as much as independent ones/)])
})

test('the same answers and seed give the same', async () => {
  const list = [...grown('requests_total', 4, () => 1000), ...grown('errors_total', 4, inClusters(3, 0.05))]
  const once = await learn(request(), 1, scriptedSources({ series: list }), 7)
  expect(await learn(request(), 1, scriptedSources({ series: list.toReversed() }), 7)).toEqual(once)
})

test('it asks for the stable version alone, on the grid of the run, and for no more than 480 intervals', async () => {
  const sources = scriptedSources({})
  await learn(request({ metrics: [memory], history: 48 * hour }), 1, sources, 1)
  expect(sources.asked).toEqual([{ query: 'memory{pod=~"shop-old-[a-z0-9]+"}', from: start - 479 * step, to: start, step }])
})

test('with too few pods, without series or without an answer nothing is learned, and it says what follows', async () => {
  const list = [...grown('requests_total', 2, () => 1000), ...grown('errors_total', 2, inClusters(1, 0.5))]
  const said = async (canaryPods: number, script: Parameters<typeof scriptedSources>[0], change?: Partial<LearnRequest>) => {
    const { history, sentences } = await learn(request(change), canaryPods, scriptedSources(script), 1)
    expect(history).toEqual({})
    return sentences
  }
  expect(await said(2, { series: list })).toEqual([
    'The stable version never had more than 2 pods: to carve out 2 it needs at least 3; how much numbers vary is learned during the run, which takes longer.',
  ])
  expect(await said(1, {})).toEqual([
    `errors: MetricSource shop/default has no series of the stable version; how much numbers vary is learned during the run, which takes longer.`,
  ])
  expect(await said(1, { error: new SourceError('down', 'there is no answer') })).toEqual([
    expect.stringContaining('errors: no history, because there is no answer; how much'),
  ])
  const byService = metric({
    name: 'errors',
    ratio: { bad: 'errors_total{service="{{arm.service}}"}', total: 'requests_total{service="{{arm.service}}"}' },
  })
  const gateway = series('requests_total', { service: 'shop', pod: 'gateway-1' }, [1, 2, 3], -10)
  expect((await said(1, { series: [gateway] }, { metrics: [byService] }))[0]).toContain(
    'its series do not name the pods of the stable version by the label pod',
  )
  expect(await said(1, { series: list }, { history: 0 })).toEqual([])
})

test('too few pods are said once for all metrics', async () => {
  const sources = scriptedSources({ series: [...grown('requests_total', 2, () => 1000), ...grown('memory', 2, (random) => random())] })
  const { history, sentences } = await learn(request({ metrics: [errors, memory] }), 3, sources, 1)
  expect([history, sentences]).toEqual([{}, [expect.stringMatching(/^The stable version never had more than 2 pods/)]])
})

test('one metric that cannot be asked does not keep others from being learned', async () => {
  const list = [...grown('requests_total', 4, () => 1000), ...grown('errors_total', 4, inClusters(1, 0.5))]
  const missing = metric({ name: 'missing', source: { name: 'nowhere' }, gauge: { query: 'x{pod=~"{{arm.pods}}"}' } })
  const { history, sentences } = await learn(request({ metrics: [missing, errors] }), 1, scriptedSources({ series: list }), 1)
  expect(Object.keys(history)).toEqual(['errors'])
  expect(sentences).toHaveLength(2)
})

test('12 hours of 20 pods are learned in a fraction of a second', async () => {
  const edges = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']
  const script = {
    series: [
      ...grown('requests_total', 20, () => 1000),
      ...grown('errors_total', 20, inClusters(1, 0.05)),
      ...edges.flatMap((le, at) => grown('seconds_bucket', 20, () => (at + 1) * 50, { le })),
      ...grown('memory', 20, (random) => random()),
    ],
  }
  for (const [one, limit] of [
    [errors, 300],
    [memory, 300],
    [latency, 600],
  ] as const) {
    const sources = scriptedSources(script)
    const begin = process.cpuUsage()
    const { sentences } = await learn(request({ metrics: [one] }), 2, sources, 1)
    const { user } = process.cpuUsage(begin)
    expect(sentences).toHaveLength(1)
    // Collecting garbage and compiling count too, and other machines are slower.
    expect(user / 1000).toBeLessThan(3 * limit)
  }
})
