import { combine, type Measurement } from '@serin/analysis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CollectedForm } from '../api/metric.ts'
import type { NativeBucket, Series } from '../metrics/provider.ts'
import type { Attributed } from './attribute.ts'
import { measure } from './measure.ts'
import { nativeIncrease } from './nativeHistogram.ts'
import { Remarks } from './problems.ts'
import { series, start, step } from './testing/metrics.ts'
import type { ByRole } from './units.ts'

const [c1, c2, b1] = ['canary/c1', 'canary/c2', 'baseline/b1']

/** `whose`: the arm, and its pod where there is one. */
function of(whose: string, ...list: Series[]): Attributed[] {
  const [arm, pod] = whose.split('/')
  return list.map((one) => ({ arm: arm as Attributed['arm'], ...(pod === undefined ? {} : { pod }), series: one }))
}

/** A counter that was 0 in the whole lookback. */
function counter(values: readonly (number | undefined)[], labels: Record<string, string> = {}): Series {
  return series('x', labels, [0, 0, 0, 0, 0, 0, ...values])
}

function measured(form: CollectedForm, roles: ByRole<Attributed>, intervals = 1, counters: 'cumulative' | 'delta' = 'cumulative') {
  const remarks = new Remarks()
  const measurements = measure(form, roles, { grid: { from: start, step, intervals }, counters, remarks })
  return { measurements, said: remarks.sentences }
}

test('a ratio adds up the series of the pods of each version', () => {
  const roles = {
    bad: [...of(c1, counter([1], { code: '500' }), counter([2], { code: '503' })), ...of(b1, counter([5]))],
    total: [...of(c1, counter([10])), ...of(c2, counter([20])), ...of(b1, counter([300]))],
  }
  expect(measured('ratio', roles)).toEqual({
    measurements: [{ form: 'ratio', canary: { bad: 3, total: 30 }, baseline: { bad: 5, total: 300 } }],
    said: [],
  })
})

test('without bad series there were no bad events; without a total there is no data', () => {
  const roles = { bad: [], total: [...of(c1, counter([10, undefined])), ...of(b1, counter([undefined, undefined]))] }
  expect(measured('ratio', roles, 2).measurements).toEqual([{ form: 'ratio', canary: { bad: 0, total: 10 } }, undefined])
})

test('the first bad event of a pod that was there counts, although its series is new', () => {
  const roles = { bad: of(c1, series('x', { code: '500' }, [4], 1)), total: of(c1, counter([10])) }
  expect(measured('ratio', roles).measurements).toEqual([{ form: 'ratio', canary: { bad: 4, total: 10 } }])
})

test('a new pod counts from 0 while the source was never silent, and after a silence from the next interval on', () => {
  const fresh = of(c1, series('x', {}, [7, 9], 1))
  expect(measured('ratio', { bad: [], total: [...fresh, ...of(b1, counter([1, 1]))] }, 2).measurements).toMatchObject([
    { canary: { total: 7 } },
    { canary: { total: 2 } },
  ])
  const silent = of(b1, series('x', {}, [0, 0, undefined, 0, 0, 0, 1, 1]))
  expect(measured('ratio', { bad: [], total: [...fresh, ...silent] }, 2).measurements).toEqual([
    { form: 'ratio', baseline: { bad: 0, total: 1 } },
    { form: 'ratio', canary: { bad: 0, total: 2 }, baseline: { bad: 0, total: 0 } },
  ])
})

test('bad events beyond the total by rounding are cut, others are left out and said once', () => {
  const roles = { bad: of(c1, counter([10.000001])), total: of(c1, counter([10])) }
  expect(measured('ratio', roles).measurements).toEqual([{ form: 'ratio', canary: { bad: 10, total: 10 } }])
  const wrong = {
    bad: [...of(c1, counter([12, 13])), ...of(b1, counter([1, 1]))],
    total: [...of(c1, counter([10, 10])), ...of(b1, counter([2, 2]))],
  }
  const { measurements, said } = measured('ratio', wrong, 2)
  expect(measurements[0]).toEqual({ form: 'ratio', baseline: { bad: 1, total: 2 } })
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('the canary has more bad events (12) than events at all (10)')
})

test('bad events of a pod without a total are said', () => {
  const { measurements, said } = measured('ratio', { bad: of(c2, counter([3])), total: of(c1, counter([10])) })
  expect(measurements).toEqual([{ form: 'ratio', canary: { bad: 0, total: 10 } }])
  expect(said[0]).toContain('The pod c2 has 3 bad events in an interval without any number of all')
})

test('a version of which some series name no pod is added up as a whole', () => {
  const roles = { bad: of('canary/c1', counter([3])), total: of('canary', counter([10])) }
  expect(measured('ratio', roles).measurements).toEqual([{ form: 'ratio', canary: { bad: 3, total: 10 } }])
})

test('events are compared by exposure, or by the time of the pods that were seen', () => {
  const bad = [...of(c1, counter([1])), ...of(c2, counter([0])), ...of(b1, counter([2]))]
  expect(measured('count', { bad, exposure: [...of(c1, counter([40])), ...of(b1, counter([50]))] }).measurements).toEqual([
    { form: 'count', canary: { count: 1, exposure: 40 }, baseline: { count: 2, exposure: 50 } },
  ])
  expect(measured('count', { bad }).measurements).toEqual([
    { form: 'count', canary: { count: 1, exposure: 60 }, baseline: { count: 2, exposure: 30 } },
  ])
  expect(measured('count', { bad, exposure: [] }).measurements).toEqual([undefined])
})

test('without exposure a counter that shows up with its first event counts it', () => {
  expect(measured('count', { bad: of(c1, series('x', {}, [1], 1)) })).toEqual({
    measurements: [{ form: 'count', canary: { count: 1, exposure: 30 } }],
    said: [],
  })
})

test('a count without exposure is refused where the pods are not known: the versions may have unlike traffic', () => {
  const bad = [...of('canary', counter([1])), ...of('baseline', counter([9]), counter([9]))]
  expect(() => measured('count', { bad })).toThrow('write count.exposure')
})

test('amounts of an interval are taken as they are', () => {
  const roles = { bad: of('canary', series('x', {}, [3, 1], 1)), total: of('canary', series('x', {}, [10, 5], 1)) }
  expect(measured('ratio', roles, 2, 'delta').measurements).toEqual([
    { form: 'ratio', canary: { bad: 3, total: 10 } },
    { form: 'ratio', canary: { bad: 1, total: 5 } },
  ])
})

const le = (values: Record<string, readonly (number | undefined)[]>, labels: Record<string, string> = {}) =>
  Object.entries(values).map(([edge, list]) => counter(list, { ...labels, le: edge }))

test('buckets of a classic histogram are counts of their own, added up over series and pods', () => {
  const roles = {
    query: [
      ...of(
        c1,
        ...le({ '0.1': [4], '+Inf': [6], '0.5': [5] }, { path: '/a' }),
        ...le({ '0.1': [1], '0.5': [1], '+Inf': [1] }, { path: '/b' }),
      ),
      ...of(c2, ...le({ '0.1': [10], '0.5': [10], '+Inf': [10] })),
    ],
  }
  expect(measured('histogram', roles).measurements).toEqual([
    {
      form: 'histogram',
      canary: {
        buckets: [
          [0.1, 15],
          [0.5, 1],
          [Number.POSITIVE_INFINITY, 1],
        ],
      },
    },
  ])
})

test('pods with other edges meet at those that all have', () => {
  const roles = {
    query: [...of(c1, ...le({ '0.1': [4], '0.5': [5], '+Inf': [6] })), ...of(c2, ...le({ '0.2': [2], '0.5': [8], '+Inf': [9] }))],
  }
  expect(measured('histogram', roles).measurements).toEqual([
    {
      form: 'histogram',
      canary: {
        buckets: [
          [0.5, 13],
          [Number.POSITIVE_INFINITY, 2],
        ],
      },
    },
  ])
})

test('a histogram restarts as a whole, also where a single bucket did not fall', () => {
  const before = [2, 2, 2, 2, 2, 2]
  const list = [series('x', { le: '1' }, [...before, 5]), series('x', { le: '+Inf' }, [...before.map(() => 90), 7])]
  expect(measured('histogram', { query: of(c1, ...list) }).measurements).toEqual([
    {
      form: 'histogram',
      canary: {
        buckets: [
          [1, 5],
          [Number.POSITIVE_INFINITY, 2],
        ],
      },
    },
  ])
})

test('buckets that were read a moment apart never hold less than none', () => {
  const roles = { query: of(c1, ...le({ '0.1': [5], '0.5': [4], '+Inf': [5] })) }
  expect(measured('histogram', roles).measurements).toEqual([
    {
      form: 'histogram',
      canary: {
        buckets: [
          [0.1, 5],
          [0.5, 0],
          [Number.POSITIVE_INFINITY, 0],
        ],
      },
    },
  ])
})

test('series that are no buckets are refused, and those without the last bucket left out', () => {
  expect(() => measured('histogram', { query: of(c1, counter([1])) })).toThrow(
    'x{} is no bucket: a histogram is asked for by its series …_bucket',
  )
  const { measurements, said } = measured('histogram', { query: of(c1, ...le({ '0.1': [1] })) })
  expect([measurements, said[0]]).toEqual([[undefined], expect.stringContaining('lack the bucket le="+Inf"')])
})

function native(lists: readonly (readonly NativeBucket[] | undefined)[]): Series {
  const histograms = lists.flatMap((buckets, at) => (buckets ? [[start + (at - 1) * step, buckets] as const] : []))
  return { labels: {}, points: [], histograms: [[start - 5 * step, []], ...histograms] }
}

test('native histograms are differenced bucket by bucket', () => {
  const first = [
    [1, 2, 5],
    [2, 4, 1],
  ] as const
  const then = [
    [1, 2, 6],
    [2, 4, 1],
    [4, 8, 3],
  ] as const
  expect(measured('histogram', { query: of(c1, native([first, first, then])) }).measurements).toEqual([
    {
      form: 'histogram',
      canary: {
        buckets: [
          [1, 0],
          [2, 1],
          [4, 0],
          [8, 3],
        ],
      },
    },
  ])
})

test('a native histogram that got coarser is compared with what its buckets held before', () => {
  expect(
    nativeIncrease(
      [
        [-0.1, 0.1, 1],
        [0.5, 1, 2],
        [1, 2, 3],
        [2, 4, 4],
      ],
      [
        [-0.1, 0.1, 1],
        [0.25, 1, 2],
        [1, 4, 9],
      ],
    ),
  ).toEqual([
    [-0.1, 0.1, 0],
    [0.25, 1, 0],
    [1, 4, 2],
  ])
})

test('a native histogram of which a bucket fell or is gone has restarted', () => {
  const now = [
    [1, 2, 3],
    [4, 8, 1],
  ] as const
  expect(nativeIncrease([[1, 2, 5]], now)).toBe(now)
  expect(nativeIncrease([[2, 4, 1]], now)).toBe(now)
  expect(nativeIncrease([[8, 16, 1]], now)).toBe(now)
})

test('what a native histogram gained and what it had make what it has', () => {
  const counts = fc.array(fc.nat(20), { minLength: 8, maxLength: 8 })
  const buckets = (list: readonly number[], width: number): NativeBucket[] =>
    Array.from({ length: 8 / width }, (_, at) => {
      const sum = list.slice(at * width, (at + 1) * width).reduce((all, one) => all + one, 0)
      return [2 ** (at * width), 2 ** ((at + 1) * width), sum] as NativeBucket
    }).filter(([, , count]) => count > 0)
  fc.assert(
    fc.property(counts, counts, fc.constantFrom(1, 2, 4), (before, more, width) => {
      const after = before.map((count, at) => count + (more[at] ?? 0))
      const gained = nativeIncrease(buckets(before, 1), buckets(after, width))
      expect(gained.filter(([, , count]) => count > 0)).toEqual(buckets(more, width))
    }),
  )
})

test('a histogram that was missing is differenced from its last known value in the lookback, and further back it is a new one', () => {
  const gone = [undefined, undefined, undefined, undefined, undefined, undefined]
  const missed = (at: number, label: string) => series('x', { le: '+Inf', path: label }, [9, ...gone.slice(0, at), 20])
  const whole = (pod: string, one: Series) => {
    const [, second] = measured('histogram', { query: of(pod, one, ...le({ '+Inf': [0, 0] }, { path: '/other' })) }, 2).measurements
    return second?.form === 'histogram' ? second.canary?.buckets.reduce((sum, [, count]) => sum + count, 0) : undefined
  }
  const first = measured('histogram', { query: of(c1, missed(5, '/a')) }).measurements[0]
  expect(first).toEqual({ form: 'histogram', canary: { buckets: [[Number.POSITIVE_INFINITY, 11]] } })
  expect(whole(c1, missed(6, '/a'))).toBe(20)
  const seen = (at: number): Series => ({
    labels: { path: '/a' },
    points: [],
    histograms: [
      [start + (at - 5) * step, [[1, 2, 9]]],
      [start + 2 * step, [[1, 2, 20]]],
    ],
  })
  expect(whole(c1, seen(1))).toBe(11)
  expect(whole(c1, seen(0))).toBe(20)
})

test('observations under 0 are left out, and said', () => {
  const { measurements, said } = measured('histogram', { query: of(c1, native([[], [], [[-4, -2, 3]]])) })
  expect([measurements, said]).toEqual([[undefined], [expect.stringContaining('observed values under 0')]])
})

test('a gauge has the value of each pod at the end of the interval', () => {
  const roles = { query: [...of(c1, series('m', {}, [5, 7])), ...of(c2, series('m', {}, [8], 1)), ...of(b1, series('m', {}, [3], 1))] }
  expect(measured('gauge', roles).measurements).toEqual([{ form: 'gauge', canary: { values: [8] }, baseline: { values: [3] } }])
})

test('a gauge with several numbers for a pod is left out, and said', () => {
  const { measurements, said } = measured('gauge', { query: of(c1, series('m', { c: 'a' }, [1], 1), series('m', { c: 'b' }, [2], 1)) })
  expect([measurements, said]).toEqual([[undefined], [expect.stringContaining('gives 2 numbers for the pod c1')]])
})

test('numbers that nothing can be are left out, and said once', () => {
  const odd = [series('m', { a: '1' }, [-1], 1), series('m', { a: '2' }, [Number.POSITIVE_INFINITY], 1), series('m', { a: '3' }, [4], 1)]
  expect(measured('gauge', { query: of('canary', ...odd) })).toEqual({
    measurements: [{ form: 'gauge', canary: { values: [4] } }],
    said: ['m{a="1"} is -1, which is left out: gauges are compared by their quotient, so they are numbers from 0 up'],
  })
  const roles = { bad: of(c1, counter([-5, Number.NaN])), total: of(c1, counter([10, 20])) }
  expect(measured('ratio', roles, 2)).toEqual({
    measurements: [10, 10].map((total) => ({ form: 'ratio', canary: { bad: 0, total } })),
    said: [expect.stringContaining('x{} is -5, which is left out'), expect.stringContaining('x{} is NaN in places')],
  })
})

test('what versions show together is what their pods show', () => {
  const pods = fc.array(fc.array(fc.nat(50), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(pods, (lists) => {
      const total = lists.flatMap((list, at) => of(`canary/p${at}`, counter(list)))
      const each = lists.map((list) => measured('ratio', { bad: [], total: of(c1, counter(list)) }, 3).measurements)
      const all = measured('ratio', { bad: [], total }, 3).measurements
      for (const [at, measurement] of all.entries())
        expect(measurement).toEqual({ form: 'ratio', canary: combine.ratio(each.flatMap((one) => ratioOf(one[at]))) })
    }),
  )
})

function ratioOf(measurement: Measurement | undefined) {
  return measurement?.form === 'ratio' && measurement.canary ? [measurement.canary] : []
}
