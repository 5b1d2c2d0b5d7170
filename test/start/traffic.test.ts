import { expect, test } from 'vitest'
import type { Count } from '../../sandbox/src/traffic/load.ts'
import { badAnswers, failedRequests, type Sample, trafficBetween } from '../../scripts/start/traffic.ts'

const count = (version: string, code: number, n: number, cause?: Count['cause'], client = 'checkout'): Count => ({
  client,
  version,
  hash: version,
  code,
  count: n,
  ...(cause ? { cause } : {}),
})

const pod = (version: string, answers: number, seconds: number) => ({ service: 'checkout', version, answers, seconds })

test('rates, errors and answer times are those between the two samples, by version', () => {
  const before: Sample = { at: 10_000, counts: [count('v1', 200, 100), count('v0', 200, 9)], pods: new Map([['a', pod('v1', 100, 3)]]) }
  const after: Sample = {
    at: 15_000,
    counts: [
      count('v1', 200, 140),
      count('v3', 200, 9),
      count('v3', 500, 1, 'versionError'),
      count('v0', 200, 9),
      count('v1', 200, 7, undefined, 'mail'),
    ],
    pods: new Map([
      ['a', pod('v1', 140, 4)],
      ['b', pod('v3', 10, 4)],
      ['c', { ...pod('v3', 10, 1000), service: 'mail' }],
    ]),
  }
  expect(trafficBetween(before, after, 'checkout')).toEqual([
    { version: 'v1', requests: 40, perSecond: 8, errorShare: 0, meanMs: 25 },
    { version: 'v3', requests: 10, perSecond: 2, errorShare: 0.1, meanMs: 400 },
  ])
})

test('what a version itself answered is not lost, and bad answers are those of bad versions; everything else is lost, also when it was meant for a bad version', () => {
  const answered = [count('v1', 200, 90), count('v3', 500, 10, 'versionError'), count('v1', 500, 1, 'versionError')]
  expect(failedRequests(answered)).toBe(0)
  expect(badAnswers(answered)).toBe(10)
  expect(failedRequests([count('v3', 503, 2, 'deadPod'), count('', 503, 4, 'noEndpoint'), count('', 404, 8, 'noRoute')])).toBe(14)
})
