import { describe, expect, test } from 'vitest'
import { planFor } from '../plan.ts'
import { printRecord } from '../record.ts'
import type { Interval } from '../table.ts'
import { detect } from './detect.ts'
import { difference } from './difference.ts'
import { readPlan } from './plan.ts'
import { ReadError } from './readError.ts'
import { begin, feed, readTable } from './reader.ts'

const line =
  '{"interval": 1, "metric": "errors", "form": "ratio", "canary": {"bad": 3, "total": 600}, "baseline": {"bad": 20, "total": 5400}}'
const interval: Interval = {
  interval: 1,
  metrics: { errors: { form: 'ratio', canary: { bad: 3, total: 600 }, baseline: { bad: 20, total: 5400 } } },
}

function refusal(text: string): string {
  try {
    readTable(text)
  } catch (error) {
    if (error instanceof ReadError) return error.message
    throw error
  }
  return 'nothing was refused'
}

test.each([
  [line, 'lines'],
  ['{"interval": 1', 'lines'],
  ['{"metric": "x", "interval" : 1}', 'lines'],
  ['{"inteval": 1}', 'lines'],
  ['{', 'document'],
  ['[{"interval": 1', 'document'],
  ['{"version":1,"judge":"sequential","plan":{"interval":60},', 'document'],
  ['{"intervals": [{"interval": 1}]}', 'document'],
  ['interval,canary_bad', 'csv'],
  ['"interval","canary_bad"', 'csv'],
])('%s begins %s', (first, format) => {
  expect(detect(first)).toBe(format)
})

test('one table in every format', () => {
  const wanted = { closed: [interval], notes: [] }
  for (const text of [
    line,
    `\uFEFF${line}\r\n`,
    `\n\n[${line}]`,
    JSON.stringify(JSON.parse(line), null, 2),
    'interval,metric,form,canary_bad,canary_total,baseline_bad,baseline_total\n1,errors,ratio,3,600,20,5400',
    'interval,canary_bad,canary_total,baseline_bad,baseline_total\r\n1,3,600,20,5400\r\n',
    '"time","interval","metric","form","baseline_total","baseline_bad","canary_bad","canary_total"\n"a ""quoted"", time",1,"errors",ratio,"5400",20,3,600',
  ])
    expect(readTable(text)).toEqual(wanted)
  expect(readTable(JSON.stringify({ intervals: [interval] })).closed).toEqual([interval])
})

test('rows of a whole text may stand in any order', () => {
  const rows = [1, 2, 3].flatMap((one) => ['errors', 'slow'].map((metric) => ({ ...JSON.parse(line), interval: one, metric })))
  const byMetric = rows.toSorted((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0))
  const lines = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).join('\n')
  const csv = (all: typeof rows) =>
    `interval,metric,form,canary_bad,canary_total,baseline_bad,baseline_total\n${all.map((one) => `${one.interval},${one.metric},ratio,3,600,20,5400`).join('\n')}`
  const wanted = readTable(lines(rows))
  expect(wanted.closed).toHaveLength(3)
  for (const text of [lines(byMetric), csv(byMetric), csv(rows), JSON.stringify(byMetric)]) expect(readTable(text)).toEqual(wanted)
})

test('no text is an empty table', () => {
  expect(readTable(' \n\n')).toEqual({ closed: [], notes: [] })
})

test('lines and rows are read as they come', () => {
  const head = feed(begin(), 'interval,canary_bad,canary_total', 1).state
  const first = feed(head, '1,3,600', 2).state
  expect(feed(first, '2,3,600', 3).closed.map((one) => one.interval)).toEqual([1, 2])
})

describe('CSV', () => {
  test('has lists, buckets, weights and empty cells', () => {
    const text = [
      'interval,metric,form,weight,canary_values,baseline_values,canary_buckets,baseline_buckets',
      '1,cpu,gauge,5,0.5;;0.25,0.5,,',
      '1,slow,histogram,,,,0.1:5;0.5:3;+Inf:1,',
    ].join('\n')
    expect(readTable(text).closed).toEqual([
      {
        interval: 1,
        weight: 5,
        metrics: {
          cpu: { form: 'gauge', canary: { values: [0.5, 0.25] }, baseline: { values: [0.5] } },
          slow: {
            form: 'histogram',
            canary: {
              buckets: [
                [0.1, 5],
                [0.5, 3],
                [Number.POSITIVE_INFINITY, 1],
              ],
            },
          },
        },
      },
    ])
  })
  test.each([
    ['interval,canary_bads,canary_total', 'line 1: canary_bads is not a column: write canary_bad'],
    [
      'interval,canary_constructor',
      'line 1 has no column of an arm: write canary_bad,canary_total,baseline_bad,baseline_total, or another pair',
    ],
    ['interval,metric,canary_bad', 'line 1: form is missing in the header, which has metric: write both, or neither'],
    ['interval,interval,canary_bad', 'line 1: interval stands twice in the header: give each column a name of its own'],
    ['interval,canary_bad,canary_total\n1,x,600', 'line 2: canary_bad is "x": write a count, a number from 0 up'],
    ['interval,canary_bad,canary_total\n1,,600', 'line 2: canary_bad is missing: write a count, a number from 0 up'],
    ['interval,canary_bad,canary_total\n,1,600', "line 2: interval is missing: write the interval's number, a whole number, like 1, 2, 3"],
    ['interval,canary_bad,canary_total\n1,2,3,4', 'line 2 has 4 cells, but the header 3: quote cells that hold a comma'],
    ['interval,canary_bad,canary_total\n1,"2,3', 'line 2 has a quote that is not closed, in cell 2: a row is one line'],
    ['interval,canary_bad,canary_total\n1,"2"3,4', 'line 2 has text after a closing quote, in cell 2'],
    [
      'interval,metric,form,canary_buckets\n1,a,histogram,5',
      'line 2: canary_buckets holds "5": write upper edge:count, like 0.1:5;0.5:3;+Inf:1',
    ],
  ])('%j is refused', (text, message) => {
    expect(refusal(text)).toBe(message)
  })
  test('what is no table at all is told what one looks like', () => {
    expect(refusal('hello\nworld')).toMatch(/^line 1 is no header of a table: write interval,metric,form/)
  })
})

describe('a record', () => {
  const intervals: Interval[] = [
    interval,
    {
      interval: 4,
      weight: 5,
      metrics: {
        slow: {
          form: 'histogram',
          canary: {
            buckets: [
              [0.1, 0.1 + 0.2],
              [Number.POSITIVE_INFINITY, 1],
            ],
          },
        },
      },
    },
    { interval: 5, metrics: {} },
    { interval: 6, weight: 5, baselineUnsteady: true, metrics: {} },
  ]
  const plan = planFor([{ name: 'errors', form: 'ratio' }])

  test('reads back as it was printed', () => {
    const printed = printRecord({ version: 1, judge: 'threshold', plan, intervals })
    const { closed, record } = readTable(printed)
    expect(closed).toEqual(intervals)
    expect(record).toEqual({ version: 1, judge: 'threshold', plan, intervals, verdict: undefined })
    expect(readPlan(record?.plan)).toEqual(plan)
    expect(printed.split('\n')).toHaveLength(2 + 1 + intervals.length + 2)
  })
  test.each([
    ['{"intervals": 3}', 'the record cannot be used: intervals is 3: write a list'],
    ['{"version": 2, "intervals": []}', 'the record cannot be used: version is 2: write 1'],
    ['{"intervals": [], "verdit": {}}', 'the record cannot be used: verdit is not known: did you mean verdict?'],
    ['{"intervals": [{"interval": 1, "metric": {}}]}', 'entry 1: metric is not a field: write metrics'],
    [
      '{"intervals": [{"interval": 1, "metrics": {}}, {"interval": 1, "metrics": {}}]}',
      'entry 2: interval is 1 after 1: intervals stand in ascending order',
    ],
    [
      '{"intervals": [{"interval": 1, "metrics": {"e": {"form": "ratio", "canary": {"bad": 1}}}}]}',
      'interval 1: e.canary.total is missing: write a count, a number from 0 up',
    ],
    ['{"intervals": [{"interval": 1, "baselineUnsteady": 1, "metrics": {}}]}', 'interval 1: baselineUnsteady is 1: write true or false'],
    ['{"intervals": [{"interval": 1, "metrics": {"e": 3}}]}', 'interval 1: e is 3: write {"form": "ratio", "canary": …, "baseline": …}'],
    [
      '[{"interval": 1, "metric": "e", "form": "ratio", "canary": {"bad": 1}}]',
      'entry 1: canary.total is missing: write a count, a number from 0 up',
    ],
  ])('%s is refused', (text, message) => {
    expect(refusal(text)).toBe(message)
  })
  test('that is cut off says where', () => {
    expect(refusal(printRecord({ version: 1, judge: 'sequential', intervals }).slice(0, -5))).toMatch(/^this is not JSON: /)
  })
})

test('a plan says every fault, with the nearest known word', () => {
  const wrong = {
    metrics: [
      { name: 'a', form: 'ratio', tolerence: '10%', history: { weight: 2 } },
      { name: 'a', form: 'rato' },
    ],
    alpha: 5,
    bakes: 3,
    ramp: { weights: [0] },
  }
  const said = (() => {
    try {
      return readPlan(wrong)
    } catch (error) {
      return (error as Error).message
    }
  })()
  expect(said).toContain('metrics[0].tolerence is not known: did you mean tolerance?')
  expect(said).toContain('metrics[0].history.weight is not known: known here: dispersion, edges, correlation')
  expect(said).toContain('metrics[1].form is "rato": write ratio')
  expect(said).toContain('bakes is not known: did you mean bake?')
  expect(said).toContain('alpha: must be between 0 and 1, like 0.05')
  expect(said).toContain('ramp.weights[0] is 0: write more than 0')
})

describe('the first difference', () => {
  test.each([
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, undefined],
    [{ a: { has: 0.1 + 0.2 } }, { a: { has: 0.3 } }, 'a.has was 0.30000000000000004 and is 0.3'],
    [{ a: [1, 2] }, { a: [1] }, 'a[1] was 2 and is missing'],
    [{ a: null }, { a: {} }, 'a was null and is {}'],
    [{}, { toString: 1 }, 'toString was missing and is 1'],
    [{ a: undefined }, {}, undefined],
  ])('of %j and %j', (was, is, found) => {
    expect(difference(was, is)).toBe(found)
  })
})
