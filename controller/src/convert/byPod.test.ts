import { expect, test } from 'vitest'
import { byPod } from './byPod.ts'

test.each([
  ['avg(cpu{a="b"})', 'avg by (pod) (cpu{a="b"})'],
  ['sum(rate(a[1m])) / sum(rate(b[1m]))', 'sum by (pod) (rate(a[1m])) / sum by (pod) (rate(b[1m]))'],
  ['sum by (le) (rate(a[1m]))', 'sum by (le, pod) (rate(a[1m]))'],
  ['histogram_quantile(0.9, sum(rate(a[1m])) by (le))', 'histogram_quantile(0.9, sum(rate(a[1m])) by (le, pod))'],
  ['avg(x) by ()', 'avg(x) by (pod)'],
  ['sum without (instance) (x)', 'sum without (instance) (x)'],
  ['max by (pod) (x)', 'max by (pod) (x)'],
  ['sum (sum(a) by (b))', 'sum by (pod) (sum(a) by (b, pod))'],
  ['a{b="sum(c)",sum="avg (d)"}', 'a{b="sum(c)",sum="avg (d)"}'],
  ['my_sum(1) + sum_over_time(x[1m])', 'my_sum(1) + sum_over_time(x[1m])'],
  ['sum(', 'sum by (pod) ('],
])('%s gives a number for each pod as %s', (query, expected) => {
  expect(byPod(query, 'pod')).toBe(expected)
})
