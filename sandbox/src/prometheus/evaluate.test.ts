import { expect, test } from 'vitest'
import { evaluate, evaluateRange } from './evaluate.ts'
import { parseExposition } from './exposition.ts'
import { type Series, scrapedAt, seriesOf, seriesSource } from './series.ts'

const minute = 60_000

/** A series with a value every minute from 0 on; a hole where it is undefined. */
const each = (name: string, labels: Record<string, string>, values: (number | undefined)[], ends: number[] = []): Series =>
  seriesOf(
    name,
    labels,
    values.flatMap((value, index) => (value === undefined ? [] : [[index * minute, value] as const])),
    ends,
  )

/** The result as text: labels and value, one a line. */
function ask(query: string, series: Series[] | string, at = 0): string[] {
  const value = evaluate(query, typeof series === 'string' ? scrapedAt(parseExposition(series), 0) : seriesSource(series), at)
  if (value.type === 'scalar') return [String(value.value)]
  if (value.type === 'matrix') throw new Error('a range')
  return value.elements.map(({ labels, value: number }) => {
    const { __name__: name = '', ...rest } = labels
    return `${name}{${Object.entries(rest)
      .map(([label, text]) => `${label}=${text}`)
      .sort()
      .join(',')}} ${number}`
  })
}

const shop = `
errors{pod="a",code="500"} 2
errors{pod="b",code="500"} 4
errors{pod="b",code="404"} 1
requests{pod="a"} 10
requests{pod="b"} 20
requests{pod="c"} 30
`

test.each<[string, string[]]>([
  ['requests', ['requests{pod=a} 10', 'requests{pod=b} 20', 'requests{pod=c} 30']],
  ['requests{pod="b"}', ['requests{pod=b} 20']],
  ['requests{pod!="b"}', ['requests{pod=a} 10', 'requests{pod=c} 30']],
  ['requests{pod=~"b|c"}', ['requests{pod=b} 20', 'requests{pod=c} 30']],
  ['requests{pod!~"b|c"}', ['requests{pod=a} 10']],
  // patterns match whole values
  ['requests{pod=~"."} > 25', ['requests{pod=c} 30']],
  ['errors{code=~"5"}', []],
  ['errors{code=~"5..", pod=~`a`}', ['errors{code=500,pod=a} 2']],
  ["errors{code=~'(?i)5\\\\d+'}", ['errors{code=500,pod=a} 2', 'errors{code=500,pod=b} 4']],
  // a missing label is an empty one
  ['{__name__=~"errors|requests",code=""}', ['requests{pod=a} 10', 'requests{pod=b} 20', 'requests{pod=c} 30']],
  ['{"requests",pod="a"}', ['requests{pod=a} 10']],
  ['requests{pod="nobody"}', []],
])('selector %s', (query, expected) => expect(ask(query, shop)).toEqual(expected))

test.each<[string, string[]]>([
  ['1 + 2 * 3 ^ 2 ^ 0', ['7']],
  ['-2 ^ 2', ['-4']],
  ['7 % -3', ['1']],
  ['-7 % 3', ['-1']],
  ['1 / 0', ['Infinity']],
  ['0x1f + 1_000 + 5m', ['1331']],
  ['1 < bool 2', ['1']],
  ['-requests{pod="a"}', ['{pod=a} -10']],
  ['requests{pod="a"} * 2', ['{pod=a} 20']],
  ['2 ^ (requests{pod="a"} / 10)', ['{pod=a} 2']],
  // a filter keeps name and value, bool gives 0 or 1
  ['requests > 15', ['requests{pod=b} 20', 'requests{pod=c} 30']],
  ['15 < requests', ['requests{pod=b} 20', 'requests{pod=c} 30']],
  ['requests > bool 15', ['{pod=a} 0', '{pod=b} 1', '{pod=c} 1']],
  ['errors{code="500"} / ignoring(code) requests', ['{pod=a} 0.2', '{pod=b} 0.2']],
  ['errors{code="500"} / on(pod) requests', ['{pod=a} 0.2', '{pod=b} 0.2']],
  ['sum by (pod) (errors) / requests', ['{pod=a} 0.2', '{pod=b} 0.25']],
  ['requests == requests{pod="a"}', ['requests{pod=a} 10']],
  ['requests{pod="a"} or errors{pod="a"}', ['requests{pod=a} 10', 'errors{code=500,pod=a} 2']],
  // the right side is left out where the left has its labels, whatever the names
  ['requests{pod="a"} or requests * 0', ['requests{pod=a} 10', '{pod=b} 0', '{pod=c} 0']],
  ['requests and on(pod) errors', ['requests{pod=a} 10', 'requests{pod=b} 20']],
  ['requests unless on(pod) errors', ['requests{pod=c} 30']],
  ['requests and errors', []],
])('operation %s', (query, expected) => expect(ask(query, shop)).toEqual(expected))

test.each<[string, string[]]>([
  ['sum(requests)', ['{} 60']],
  ['sum by (code) (errors)', ['{code=500} 6', '{code=404} 1']],
  ['sum without (code) (errors)', ['{pod=a} 2', '{pod=b} 5']],
  ['avg(requests)', ['{} 20']],
  ['min(requests)', ['{} 10']],
  ['max(requests)', ['{} 30']],
  ['count by (pod, nothing) (errors)', ['{pod=a} 1', '{pod=b} 2']],
  ['topk(2, requests)', ['requests{pod=c} 30', 'requests{pod=b} 20']],
  ['topk by (code) (1, errors)', ['errors{code=500,pod=b} 4', 'errors{code=404,pod=b} 1']],
  ['bottomk(1, requests)', ['requests{pod=a} 10']],
  ['SUM(requests) by (__name__)', ['requests{} 60']],
  ['sum(requests{pod="nobody"})', []],
])('aggregation %s', (query, expected) => expect(ask(query, shop)).toEqual(expected))

test('sums of very different sizes lose nothing, and NaN is only the extreme of nothing else', () => {
  expect(ask('sum(x)', 'x{a="1"} 1e16\nx{a="2"} 1\nx{a="3"} -1e16')).toEqual(['{} 1'])
  expect(ask('max(x)', 'x{a="1"} NaN\nx{a="2"} 1')).toEqual(['{} 1'])
  expect(ask('topk(1, x)', 'x{a="1"} NaN\nx{a="2"} 1')).toEqual(['x{a=2} 1'])
  expect(ask('sum(x)', 'x{a="1"} +Inf\nx{a="2"} 1')).toEqual(['{} Infinity'])
})

test.each<[string, string[]]>([
  ['abs(vector(-2))', ['{} 2']],
  ['ceil(vector(-1.5))', ['{} -1']],
  ['floor(vector(-1.5))', ['{} -2']],
  ['round(vector(2.5))', ['{} 3']],
  ['round(vector(-2.5))', ['{} -2']],
  ['round(vector(7), 5)', ['{} 5']],
  ['clamp_min(requests{pod="a"}, 12)', ['{pod=a} 12']],
  ['clamp_max(requests{pod="a"}, 8)', ['{pod=a} 8']],
  ['clamp(requests{pod="a"}, 0, 8)', ['{pod=a} 8']],
  ['clamp(requests{pod="a"}, 9, 8)', []],
  ['scalar(requests{pod="a"})', ['10']],
  ['scalar(requests)', ['NaN']],
  ['vector(3)', ['{} 3']],
  ['time()', ['0']],
  ['absent(requests)', []],
  ['absent(requests{pod="x",zone=~"z.*"})', ['{pod=x} 1']],
  ['absent(sum(nothing))', ['{} 1']],
])('function %s', (query, expected) => expect(ask(query, shop)).toEqual(expected))

test('an instant is answered by the last sample of the five minutes before it', () => {
  const series = [each('x', {}, [1, 2])]
  expect(ask('x', series, 30_000)).toEqual(['x{} 1'])
  expect(ask('x', series, 6 * minute - 1)).toEqual(['x{} 2'])
  expect(ask('x', series, 6 * minute)).toEqual([])
  expect(ask('x', series, -1)).toEqual([])
  expect(ask('x offset 1m', series, minute)).toEqual(['x{} 1'])
  expect(ask('x offset -1m', series, 0)).toEqual(['x{} 2'])
})

test('a series that was found to be gone has no value from then on, until it comes back', () => {
  const series = [each('x', {}, [1, 2, undefined, 4], [2 * minute])]
  expect(ask('x', series, 2 * minute - 1)).toEqual(['x{} 2'])
  expect(ask('x', series, 2 * minute)).toEqual([])
  expect(ask('x', series, 3 * minute)).toEqual(['x{} 4'])
  expect(ask('sum_over_time(x[10m])', series, 3 * minute)).toEqual(['{} 7'])
})

test('a range leaves its beginning out and takes its end in', () => {
  const series = [each('x', {}, [1, 2, 4, 8])]
  expect(ask('sum_over_time(x[2m])', series, 2 * minute)).toEqual(['{} 6'])
  expect(ask('sum_over_time(x[2m] offset 1m)', series, 3 * minute)).toEqual(['{} 6'])
  expect(ask('avg_over_time(x[2m])', series, 2 * minute)).toEqual(['{} 3'])
  expect(ask('max_over_time(x[10m])', series, 3 * minute)).toEqual(['{} 8'])
  expect(ask('min_over_time(x[10m])', series, 3 * minute)).toEqual(['{} 1'])
  expect(ask('count_over_time(x[10m])', series, 3 * minute)).toEqual(['{} 4'])
  expect(ask('last_over_time(x[10m])', series, 3 * minute)).toEqual(['x{} 8'])
})

/*
 * Growth is extended to the edges. Samples of 0, 60, .. 240 in minutes 0 to 4; the range (0, 4m] holds 60 to 240 in minutes 1 to 4: 180 in
 * 3 minutes. The gap of one minute at the beginning is below 1.1 minutes and below the time to zero (1 minute): 180 * 4/3 = 240.
 */
test('a steady counter grows by its slope times the range', () => {
  const series = [each('x', { pod: 'a' }, [0, 60, 120, 180, 240])]
  expect(ask('increase(x[4m])', series, 4 * minute)).toEqual(['{pod=a} 240'])
  expect(ask('rate(x[4m])', series, 4 * minute)).toEqual(['{pod=a} 1'])
  expect(ask('delta(x[4m])', series, 4 * minute)).toEqual(['{pod=a} 240'])
  expect(ask('irate(x[4m])', series, 4 * minute)).toEqual(['{pod=a} 1'])
})

test('a counter is not extended to before it was zero, a gauge is', () => {
  // 10 in minute 1, 110 in minute 2: at this slope it was zero 6 s before minute 1, so 100 * (60 + 6) / 60
  const series = [each('x', {}, [undefined, 10, 110])]
  expect(ask('increase(x[2m])', series, 2 * minute)).toEqual([`{} ${100 * 1.1}`])
  expect(ask('delta(x[2m])', series, 2 * minute)).toEqual(['{} 200'])
})

test('growth reaches half a distance beyond samples that lie further from the edge', () => {
  // samples in minutes 5 and 6 of (0, 10m]: half a minute on both sides
  const series = [each('x', {}, [...new Array(5).fill(undefined), 1000, 1060])]
  expect(ask('increase(x[10m])', series, 10 * minute)).toEqual(['{} 120'])
})

test('a counter that fell was reset: what it had counts on', () => {
  // 40 - 10 plus 100 that it had before it fell: 130 in 2 minutes; edges at a distance of 0 and, to zero, 2 * 10 / 130 minutes
  const series = [each('x', {}, [undefined, 10, 100, 40])]
  expect(ask('increase(x[3m])', series, 3 * minute)).toEqual([`{} ${130 * ((120_000 + 120_000 * (10 / 130)) / 120_000)}`])
  expect(ask('irate(x[3m])', series, 3 * minute)).toEqual([`{} ${40 / 60}`])
})

test('one sample has no rate', () => {
  const series = [each('x', {}, [1, 2])]
  expect(ask('rate(x[1m])', series, minute)).toEqual([])
  expect(ask('irate(x[1m])', series, minute)).toEqual([])
})

const buckets = (counts: Record<string, number>, labels = '') =>
  Object.entries(counts)
    .map(([le, count]) => `h_bucket{le="${le}"${labels}} ${count}`)
    .join('\n')

test.each<[string, Record<string, number>, number]>([
  // 10 observations, 4 to 0.1 and 9 to 0.5: the 5th is 1 of 5 beyond 0.1
  ['0.5', { '0.1': 4, '0.5': 9, '1': 10, '+Inf': 10 }, 0.1 + 0.4 * (1 / 5)],
  ['0.2', { '0.1': 4, '0.5': 9, '+Inf': 10 }, 0.05],
  ['1', { '0.1': 4, '0.5': 9, '+Inf': 10 }, 0.5],
  ['0.5', { '0.1': 4, '0.5': 9 }, Number.NaN],
  ['0.5', { '0.1': 0, '+Inf': 0 }, Number.NaN],
  ['0.5', { '+Inf': 10 }, Number.NaN],
  ['-1', { '0.1': 4, '+Inf': 10 }, Number.NEGATIVE_INFINITY],
  ['2', { '0.1': 4, '+Inf': 10 }, Number.POSITIVE_INFINITY],
  ['0.5', { '-1': 8, '+Inf': 10 }, -1],
  // counts that fall are lifted to the one before
  ['0.5', { '0.1': 4, '0.2': 3, '0.5': 9, '+Inf': 10 }, 0.2 + 0.3 * (1 / 5)],
])('histogram_quantile(%s) of %o', (quantile, counts, expected) => {
  const [line = ''] = ask(`histogram_quantile(${quantile}, h_bucket)`, buckets(counts))
  const value = Number(line.split(' ')[1])
  if (Number.isFinite(expected)) expect(value).toBeCloseTo(expected, 12)
  else expect(value).toBe(expected)
})

test('histograms are told apart by their other labels', () => {
  const text = `${buckets({ '1': 5, '+Inf': 5 }, ',pod="a"')}\n${buckets({ '2': 5, '+Inf': 5 }, ',pod="b"')}`
  expect(ask('histogram_quantile(1, h_bucket)', text)).toEqual(['{pod=a} 1', '{pod=b} 2'])
  expect(ask('histogram_quantile(1, sum by (le) (h_bucket))', text)).toEqual(['{} 2'])
})

test('a range query gives each series the instants at which it has a value', () => {
  const data = seriesSource([each('x', { pod: 'a' }, [1, 2, 3]), each('x', { pod: 'b' }, [undefined, 5, undefined], [2 * minute])])
  expect(evaluateRange('x', data, { from: 0, to: 2 * minute, step: minute })).toEqual([
    {
      labels: { __name__: 'x', pod: 'a' },
      points: [
        [0, 1],
        [minute, 2],
        [2 * minute, 3],
      ],
    },
    { labels: { __name__: 'x', pod: 'b' }, points: [[minute, 5]] },
  ])
  expect(evaluateRange('1', data, { from: 0, to: minute, step: minute })).toEqual([
    {
      labels: {},
      points: [
        [0, 1],
        [minute, 1],
      ],
    },
  ])
  expect(() => evaluateRange('x[1m]', data, { from: 0, to: minute, step: minute })).toThrow('invalid expression type "range vector"')
})

test.each<[string, string]>([
  ['', 'unknown position: parse error: no expression found in input'],
  ['requests +', '1:11: parse error: unexpected end of input'],
  ['sum(requests', '1:13: parse error: unexpected end of input'],
  ['foo(requests)', 'parse error: unknown function with name "foo"'],
  ['rate(requests)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
  ['abs(requests[5m])', 'expected type instant vector in call to function "abs", got range vector'],
  ['abs()', 'expected 1 argument(s) in call to "abs", got 0'],
  ['sum(requests[5m])', 'expected type instant vector in aggregation expression, got range vector'],
  ['topk(requests)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['1 > 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
  ['requests + bool 2', 'bool modifier can only be used on comparison operators'],
  ['requests and 1', 'set operator "and" not allowed in binary scalar expression'],
  ['requests[5m] * 2', 'binary expression must contain only scalar and instant vector types'],
  ['{}', 'vector selector must contain at least one non-empty matcher'],
  ['{pod=~".*"}', 'vector selector must contain at least one non-empty matcher'],
  ['{pod=~"("}', 'error parsing regexp'],
  ['requests{pod="a}', 'unterminated quoted string'],
  ['requests{__name__="x"}', 'metric name must not be set twice: "requests" or "x"'],
  ['sum(requests)[5m]', 'ranges only allowed for vector selectors'],
  ['sum(requests) offset 5m', 'offset modifier must be preceded by an instant vector selector'],
  ['requests[5m:1m]', 'SubqueryExpr is not known to this Prometheus'],
  ['requests @ 5', 'StepInvariantExpr is not known to this Prometheus'],
  ['quantile(0.5, requests)', 'aggregation "quantile" is not known to this Prometheus'],
  ['label_replace(requests, "a", "b", "c", "d")', 'function "label_replace" is not known to this Prometheus'],
  ['errors / on(pod) group_left requests', 'group_left is not known to this Prometheus'],
  ['requests\n  +\n)', '3:1: parse error: unexpected ")"'],
])('%j is refused as bad data', (query, message) => {
  expect(() => ask(query, shop)).toThrow(expect.objectContaining({ errorType: 'bad_data', message: expect.stringContaining(message) }))
})

test.each<[string, string]>([
  ['requests / on() errors', 'found duplicate series for the match group {} on the right hand-side of the operation'],
  ['errors / on(pod) requests', 'found duplicate series for the match group {pod="b"} on the left hand-side of the operation'],
  ['abs({__name__=~"x|y"})', 'vector cannot contain metrics with the same labelset'],
])('%j fails on its data', (query, message) => {
  const text = `${shop}x{pod="a"} 1\ny{pod="a"} 1`
  expect(() => ask(query, text)).toThrow(expect.objectContaining({ errorType: 'execution', message: expect.stringContaining(message) }))
})
