import { expect, test } from 'vitest'
import { TemplateError } from '../metrics/template.ts'
import { armQueries, attribute } from './attribute.ts'
import { checkCounterQuery } from './counterQuery.ts'
import { arms, series, step } from './testing/metrics.ts'

const regex = { arms: 'regex', language: 'promql', podLabel: 'pod' } as const
const each = { arms: 'each', language: 'nrql', podLabel: 'podName' } as const
const values = { namespace: 'shop', arms, step }
const both = { byPod: true, query: '' } as const
const a = (pod: string, more: Record<string, string> = {}) => series('up', { pod, ...more }, [1])

test('one query asks for the pods of both versions, where the language has patterns', () => {
  expect(armQueries('up{namespace="{{namespace}}",pod=~"{{arm.pods}}"}', values, regex)).toEqual([
    { byPod: true, query: 'up{namespace="shop",pod=~"(shop-new-[a-z0-9]+|shop-old-[a-z0-9]+)"}' },
  ])
})

test('without a baseline it asks for the pods of the canary', () => {
  expect(armQueries('up{pod=~"{{arm.pods}}"}', { ...values, arms: { canary: arms.canary } }, regex)).toEqual([
    { byPod: true, query: 'up{pod=~"shop-new-[a-z0-9]+"}' },
  ])
})

test('a version that is told by hash or Service is asked for by itself, and so are all of sources that ask for each', () => {
  expect(armQueries('up{hash="{{arm.hash}}"}', values, regex)).toEqual([
    { byPod: false, arm: 'canary', query: 'up{hash="new"}' },
    { byPod: false, arm: 'baseline', query: 'up{hash="old"}' },
  ])
  expect(armQueries('up{service="{{arm.service}}",pod=~"{{arm.pods}}"}', values, regex).map(({ query }) => query)).toEqual([
    'up{service="shop-canary",pod=~"shop-new-[a-z0-9]+"}',
    'up{service="shop",pod=~"shop-old-[a-z0-9]+"}',
  ])
  expect(armQueries("SELECT sum(x) FROM Metric WHERE hash = '{{arm.hash}}'", values, each).map((one) => one.byPod)).toEqual([false, false])
})

test('a query that measures both versions alike is refused, with what to write', () => {
  expect(() => armQueries('up{namespace="{{namespace}}"}', values, regex)).toThrow(
    'The query "up{namespace="{{namespace}}"}" would measure both versions alike: select one with pod=~"{{arm.pods}}"',
  )
  expect(() => armQueries('SELECT 1', values, each)).toThrow('select one with {{arm.hash}} or {{arm.service}}')
})

test('a version without what the query inserts is named', () => {
  const { service: _, ...baseline } = arms.baseline
  expect(() => armQueries('up{service="{{arm.service}}"}', { ...values, arms: { ...arms, baseline } }, regex)).toThrow(
    'inserts {{arm.service}}, but the baseline has no service: give the Rollout a spec.service, or select by {{arm.pods}}',
  )
})

test('arguments are inserted, and one that is unknown is an error of the template', () => {
  const query = 'up{pod=~"{{arm.pods}}",code="{{args.code}}"}'
  expect(armQueries(query, { ...values, args: { code: '500' } }, regex)[0]?.query).toContain('code="500"')
  expect(() => armQueries(query, values, regex)).toThrow(TemplateError)
})

test('series of one answer are told apart by their pods; pods of neither version are left out', () => {
  const list = [a('shop-new-1'), a('shop-old-1'), a('shop-old-2', { code: '500' }), a('other-1')]
  expect(attribute(list, both, arms, 'pod').map(({ arm, pod }) => [arm, pod])).toEqual([
    ['canary', 'shop-new-1'],
    ['baseline', 'shop-old-1'],
    ['baseline', 'shop-old-2'],
  ])
})

test('an answer by pod without that label says what to write', () => {
  expect(() => attribute([series('up', {}, [1])], both, arms, 'pod')).toThrow(
    'The query gives series without label pod: write it without sum(), Serin adds up the pods itself, so that a restart is not a negative rate; or use {{arm.hash}} or {{arm.service}}',
  )
})

test('a pod of both versions is refused', () => {
  const alike = { canary: { pods: 'shop-.*' }, baseline: { pods: 'shop-old-.*' } }
  expect(() => attribute([a('shop-old-1')], both, alike, 'pod')).toThrow('The pod shop-old-1 belongs to both versions')
})

test('where the query tells versions apart, a label is a pod only if it is one of the version', () => {
  const query = { byPod: false, arm: 'baseline', query: '' } as const
  expect(attribute([a('shop-old-1'), a('gateway-7'), series('up', {}, [1])], query, arms, 'pod').map(({ arm, pod }) => [arm, pod])).toEqual(
    [
      ['baseline', 'shop-old-1'],
      ['baseline', undefined],
      ['baseline', undefined],
    ],
  )
  const odd = { ...arms, baseline: { pods: '(?i)shop' } }
  expect(attribute([a('shop')], query, odd, 'pod')[0]?.pod).toBeUndefined()
})

test('rates are refused where counters are needed, but not their names in strings or of metrics', () => {
  for (const query of ['rate(x[1m])', 'sum by (pod) (increase (x[1m]))', 'histogram_quantile(0.9, x)', 'irate(x[1m])'])
    expect(() => checkCounterQuery(query, 'promql'), query).toThrow('write the counters alone, without functions')
  for (const query of ['x{a="rate("}', "x{a='\\'rate('}", 'heart_rate{}', 'sum by (pod) (x)', 'x # rate(x)', 'my:rate{a="b"}'])
    expect(() => checkCounterQuery(query, 'promql'), query).not.toThrow()
  expect(() => checkCounterQuery('rate(sum(x), 1 minute)', 'nrql')).not.toThrow()
})
