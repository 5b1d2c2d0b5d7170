import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Interval } from '../table.ts'
import type { TableOptions } from './assembly.ts'
import { begin, end, feed } from './lines.ts'
import { ReadError } from './readError.ts'

const arms = { canary: { bad: 3, total: 600 }, baseline: { bad: 20, total: 5400 } }
const row = (interval: number, more: Record<string, unknown> = {}) => ({ interval, metric: 'errors', form: 'ratio', ...arms, ...more })

/** What each line closes, and what is left at the end. */
function read(rows: readonly unknown[], options: TableOptions = {}): { each: number[][]; closed: Interval[]; notes: string[] } {
  let state = begin(options)
  const each: number[][] = []
  const closed: Interval[] = []
  const notes: string[] = []
  for (const [at, line] of rows.entries()) {
    const fed = feed(state, typeof line === 'string' ? line : JSON.stringify(line), at + 1)
    state = fed.state
    each.push(fed.closed.map(({ interval }) => interval))
    closed.push(...fed.closed)
    notes.push(...fed.notes)
  }
  const last = end(state)
  return { each, closed: [...closed, ...last.closed], notes: [...notes, ...last.notes] }
}

function refusal(rows: readonly unknown[], options: TableOptions = {}): string {
  try {
    read(rows, options)
  } catch (error) {
    if (error instanceof ReadError) return error.message
    throw error
  }
  return 'nothing was refused'
}

describe('intervals close', () => {
  test('the first with the line of another, each further one with its own last line', () => {
    expect(read([row(1), row(2), row(3)]).each).toEqual([[], [1, 2], [3]])
    const two = (interval: number) => [row(interval), row(interval, { metric: 'slow' })]
    expect(read([...two(1), ...two(2), ...two(3)]).each).toEqual([[], [], [1], [2], [], [3]])
  })
  test('when a higher one begins, whatever is missing, and at the end', () => {
    const { each, closed } = read([row(1), row(1, { metric: 'slow' }), row(2), row(3), row(4)])
    expect(each).toEqual([[], [], [1], [2], [3]])
    expect(closed.map(({ metrics }) => Object.keys(metrics))).toEqual([['errors', 'slow'], ['errors'], ['errors'], ['errors']])
  })
  test('skipped labels are intervals without metrics', () => {
    const { closed, notes } = read([row(-1), row(2)])
    expect(closed.map(({ interval, metrics }) => [interval, Object.keys(metrics).length])).toEqual([
      [-1, 1],
      [0, 0],
      [1, 0],
      [2, 1],
    ])
    expect(notes).toEqual(['line 2: intervals 0 to 1 have no data'])
    expect(refusal([row(1), row(1_700_000_000)])).toMatch(/^line 2: interval is 1700000000 after 1: more than 10000 .* not by the time$/)
    expect(read([row(1), row(10_002)]).closed).toHaveLength(10_002)
  })
  test('what comes twice counts once, with a note, however late', () => {
    const other = { canary: { bad: 9, total: 9 } }
    for (const order of ['live', 'any'] as const) {
      const twice = read([row(1), row(2), row(2, other), row(1, other)], { order })
      expect(twice.closed.map(({ metrics }) => metrics.errors)).toEqual([
        { form: 'ratio', ...arms },
        { form: 'ratio', ...arms },
      ])
      expect(twice.notes.toSorted()).toEqual([
        'line 3: errors of interval 2 stands twice: the first counts',
        'line 4: errors of interval 1 stands twice: the first counts',
      ])
    }
    expect(read([row(1), row(1)]).notes).toEqual(['line 2: errors of interval 1 stands twice: the first counts'])
  })
  test('the same, whatever the lines are fed with between: empty ones are skipped', () => {
    expect(read([row(1), '', '  \r', row(2)]).closed).toEqual(read([row(1), row(2)]).closed)
  })
})

describe('metrics', () => {
  test('a new one after the first interval is refused, with what to do', () => {
    expect(refusal([row(1), row(2), row(3, { metric: 'slow' })])).toMatch(
      /^line 3: metric is "slow", which is new in interval 3: .*declare it in a plan$/,
    )
    expect(refusal([row(1), row(2, { metric: 'slow' })])).toMatch(/^line 2: metric is "slow"/)
  })
  test('declared ones are waited for from the first interval on, until the next begins', () => {
    const declared = [{ name: 'errors', form: 'ratio' as const }, { name: 'slow' }]
    const slow = (interval: number) => row(interval, { metric: 'slow' })
    const { each, closed, notes } = read([row(1), row(2), slow(2), row(3), slow(3)], { declared })
    expect(each).toEqual([[], [1], [2], [], [3]])
    expect(closed.map(({ metrics }) => Object.keys(metrics).length)).toEqual([1, 2, 2])
    expect(notes).toEqual([])
  })
  test('one that a plan does not know is refused by its nearest name, or left out', () => {
    const declared = [{ name: 'errors' }]
    expect(refusal([row(1, { metric: 'error' })], { declared })).toBe(
      'line 1: metric is "error", which is not in the plan: did you mean "errors"?',
    )
    const { closed, notes } = read([row(1), row(1, { metric: 'x' }), row(2), row(2, { metric: 'x' })], { declared, others: 'ignore' })
    expect(closed.map(({ metrics }) => Object.keys(metrics))).toEqual([['errors'], ['errors']])
    expect(notes).toEqual(['line 2: x is not in the plan: it is left out'])
  })
  test('keep their form', () => {
    const gauge = { interval: 2, metric: 'errors', form: 'gauge', canary: { values: [1] } }
    expect(refusal([row(1), gauge])).toBe('line 2: form is gauge, but errors was a ratio before: give each metric one form')
    expect(refusal([gauge], { declared: [{ name: 'errors', form: 'ratio' }] })).toContain('but the plan says that errors is a ratio')
  })
  test('may have any name, also one that objects are born with', () => {
    const [interval] = read([row(1, { metric: '__proto__' })]).closed
    expect(Object.keys(interval?.metrics ?? {})).toEqual(['__proto__'])
    expect(refusal([row(1, { metric: 'a\u001b[31m' })])).toContain("write the metric's name")
  })
})

describe('rows in another order', () => {
  const declared = [{ name: 'errors' }, { name: 'slow' }]
  const slow = (interval: number) => row(interval, { metric: 'slow', weight: 5 })
  const sorted = [1, 2, 3, 5].flatMap((interval) => [row(interval, { canary: { bad: interval, total: 600 } }), slow(interval)])
  const byMetric = sorted.toSorted((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0))

  test('are the same intervals once all are there, and errors name the line where they stand', () => {
    const wanted = read(sorted)
    for (const options of [{}, { declared }]) {
      expect(read(byMetric, { ...options, order: 'any' }).closed).toEqual(wanted.closed)
      expect(read(sorted, { ...options, order: 'any' })).toMatchObject({ each: sorted.map(() => []), closed: wanted.closed })
    }
    expect(refusal([row(3, { metric: 'slow' }), row(1)], { order: 'any' })).toMatch(/^line 1: metric is "slow", which is new in interval 3/)
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (rows) => {
        expect(read(rows, { order: 'any' }).closed).toEqual(wanted.closed)
      }),
      { numRuns: 50 },
    )
  })
  test('are refused where intervals close as they come: nothing is lost in silence', () => {
    for (const options of [{}, { declared }])
      expect(refusal(byMetric, options)).toBe(
        'line 5: interval is 1, which was over when slow came: interval 5 stands before it; sort the lines by interval',
      )
    expect(refusal([row(2), row(1)])).toContain('sort the lines by interval')
    // An interval that was closed as an empty one.
    expect(refusal([row(1), row(3), row(2)])).toContain('line 3: interval is 2, which was over')
  })
})

describe('arms', () => {
  test('one without data is left out', () => {
    const [interval] = read([row(1, { canary: null })]).closed
    expect(interval?.metrics.errors).toEqual({ form: 'ratio', baseline: arms.baseline })
  })
  test('gauges: null is a pod that is missing, no pod at all an arm that is', () => {
    const gauge = (values: unknown) => read([{ interval: 1, metric: 'cpu', form: 'gauge', canary: { values } }]).closed[0]?.metrics.cpu
    expect(gauge([0.5, null, 1e308, -3])).toEqual({ form: 'gauge', canary: { values: [0.5, 1e308, -3] } })
    expect(gauge([null])).toEqual({ form: 'gauge' })
  })
  test('edges: numbers, labels, and any way to say infinity; in any order', () => {
    for (const last of ['+Inf', 'Inf', 'Infinity', null]) {
      const canary = {
        buckets: [
          [0.5, 3],
          ['0.1', 7],
          [last, 1],
        ],
      }
      const [interval] = read([{ interval: 1, metric: 'slow', form: 'histogram', canary }]).closed
      expect(interval?.metrics.slow?.canary).toEqual({
        buckets: [
          [0.1, 7],
          [0.5, 3],
          [Number.POSITIVE_INFINITY, 1],
        ],
      })
    }
  })
  test('counts may be fractions; a weight stands for the whole interval', () => {
    const [interval] = read([row(1, { canary: { bad: 0.5, total: 1.5 }, weight: 5 }), row(1, { metric: 'b' })]).closed
    expect(interval).toMatchObject({ weight: 5, metrics: { errors: { canary: { bad: 0.5, total: 1.5 } } } })
    expect(refusal([row(1, { weight: 5 }), row(1, { metric: 'b', weight: 10 })])).toContain('an interval has one weight')
  })
})

describe('cumulative counts', () => {
  const line = (interval: number, canary: number[], baseline: number[], more = {}) => {
    const arm = (counts: number[]) => ({ buckets: counts.map((count, at) => [at + 1, count]) })
    return { interval, metric: 'slow', form: 'histogram', canary: arm(canary), baseline: arm(baseline), ...more }
  }
  const counts = ({ closed }: { closed: Interval[] }) =>
    closed.map(({ metrics }) => (metrics.slow?.form === 'histogram' ? metrics.slow.canary?.buckets.map(([, count]) => count) : undefined))

  test('are recognised by the first interval with data of both arms, and said so once', () => {
    const table = read([line(1, [0, 0, 0, 0], [0, 0, 0, 0]), line(2, [1, 1, 4, 5], [2, 8, 9, 9]), line(3, [0, 2, 2, 2], [1, 1, 1, 1])])
    expect(counts(table)).toEqual([
      [0, 0, 0, 0],
      [1, 0, 3, 1],
      [0, 2, 0, 0],
    ])
    expect(table.notes).toEqual([expect.stringMatching(/^line 2: counts of slow never fall .* read as cumulative/)])
  })
  test.each([
    ['counts that fall in one arm', line(1, [1, 2, 3, 4], [4, 3, 2, 1])],
    ['fewer than 4 edges', line(1, [1, 2, 3], [1, 2, 3])],
    ['a single count that is not zero', line(1, [0, 0, 0, 4], [0, 1, 2, 3])],
    ['the line that says so', line(1, [1, 2, 3, 4], [1, 2, 3, 4], { cumulative: false })],
  ])('are not seen in %s, nor later', (_, first) => {
    const before = counts(read([first]))
    const rising = line(2, [1, 2, 3, 4], [1, 2, 3, 4])
    expect(counts(read([first, rising]))).toEqual([...before, [1, 2, 3, 4]])
    expect(before[0]).toEqual(first.canary.buckets.map(([, count]) => count))
  })
  test('that are said to be, are; and counts that fall are refused', () => {
    expect(counts(read([line(1, [1, 2], [1, 1], { cumulative: true }), line(2, [1, 2], [1, 1])]))).toEqual([
      [1, 1],
      [1, 1],
    ])
    const guessed = [line(1, [1, 1, 4, 5], [2, 8, 9, 9]), line(2, [3, 2, 1, 0], [1, 1, 1, 1])]
    expect(refusal(guessed)).toMatch(/^line 2: canary.buckets falls from 3 to 2 at the edge 2, but .* since line 1.*"cumulative": false/)
  })
})

describe('a refusal says the line, the field, what was found and what to write', () => {
  test.each<[unknown, string]>([
    ['{"interval": 1', 'line 1 is not JSON: {"interval": 1; write one whole JSON object a line'],
    ['[1]', 'line 1 is a list: write an object like {"interval": 1, "metric": "errors", "form": "ratio", "canary": …}'],
    [row(1, { canary: { bads: 3, total: 600 } }), 'line 1: canary.bads is not a field: write canary.bad'],
    [row(1, { canary: { bad: -1, total: 600 } }), 'line 1: canary.bad is -1: a count cannot be negative'],
    [row(1, { canary: { bad: 7, total: 6 } }), 'line 1: canary.bad is 7 of a total of 6: bad events are counted in total too'],
    [row(1, { canary: { bad: 'NaN', total: 6 } }), 'line 1: canary.bad is "NaN": write a count, a number from 0 up'],
    [row(1, { canary: { bad: 1, total: 1.1e300 } }), 'line 1: canary.total is 1.1e+300: write a count from 0 to 1,000,000,000,000,000'],
    [
      JSON.stringify(row(1)).replace('600', '1e999'),
      'line 1: canary.total is too large a number: write a count from 0 to 1,000,000,000,000,000',
    ],
    [row(1, { canary: { bad: 1 } }), 'line 1: canary.total is missing: write a count, a number from 0 up'],
    [row(1, { canary: 3 }), 'line 1: canary is 3: write {"bad": 3, "total": 600}, or null when there is no data'],
    [row(1, { interval: '1' }), 'line 1: interval is "1": write the interval\'s number, a whole number, like 1, 2, 3'],
    [row(1.5), "line 1: interval is 1.5: write the interval's number, a whole number, like 1, 2, 3"],
    [row(1, { form: 'ratios' }), 'line 1: form is "ratios": write "ratio"'],
    [row(1, { form: undefined }), 'line 1: form is missing: write "ratio"'],
    [row(1, { metric: undefined, metrics: 'errors' }), 'line 1: metrics is not a field: write metric'],
    [row(1, { wieght: 5 }), 'line 1: wieght is not a field: write weight'],
    [row(1, { weight: 101 }), "line 1: weight is 101: write the canary's share of the traffic in percent, 0 to 100"],
    [
      { ...row(1), form: 'gauge', canary: { values: [1, 'x'] } },
      'line 1: canary.values[1] is "x": write a number, or null for a pod that is missing',
    ],
    [
      { ...row(1), form: 'histogram', canary: { buckets: [[1]] } },
      'line 1: canary.buckets[0] is a list: write [upper edge, count], like [0.1, 5]',
    ],
    [
      {
        ...row(1),
        form: 'histogram',
        canary: {
          buckets: [
            [1, 2],
            [1, 3],
          ],
        },
      },
      'line 1: canary.buckets has the edge 1 twice: write each edge once',
    ],
    [
      { ...row(1), form: 'histogram', canary: { buckets: [['x', 2]] } },
      'line 1: canary.buckets[0][0] is "x": write the bucket\'s upper edge as a number, or "+Inf" for the last',
    ],
  ])('%j', (line, message) => {
    expect(refusal([line])).toBe(message)
  })
  test('of buckets with values under 0, by line, whatever the counts; without values there they are fine', () => {
    const histogram = (buckets: unknown, more = {}) => ({ ...row(1), form: 'histogram', canary: { buckets }, baseline: null, ...more })
    const edges = [
      [0, 50],
      [-1, 100],
      ['+Inf', 3],
    ]
    for (const more of [{}, { cumulative: true }])
      expect(refusal([row(1, { metric: 'x' }), histogram(edges, more)])).toBe(
        'line 2: canary.buckets up to -1 is 100: a histogram holds values from 0 up; write values that can be negative as a gauge, one number a pod',
      )
    expect(refusal([histogram([[1, -3]])])).toBe('line 1: canary.buckets up to 1 is -3: a count cannot be negative')
    expect(
      read([
        histogram([
          [-1, 0],
          [1, 3],
        ]),
      ]).closed,
    ).toHaveLength(1)
  })
  test('unknown fields that resemble nothing are ignored', () => {
    expect(read([row(1, { at: '12:00', pods: 3, canary: { ...arms.canary, node: 'a' } })]).closed).toEqual(read([row(1)]).closed)
  })
  test('the state stays good', () => {
    const state = feed(begin(), JSON.stringify(row(1)), 1).state
    expect(() => feed(state, '{', 2)).toThrow(ReadError)
    expect(feed(state, JSON.stringify(row(2)), 2).closed.map(({ interval }) => interval)).toEqual([1, 2])
  })
})

test('whatever comes is read or refused, and labels ascend without gaps', () => {
  const arm = fc.option(fc.record({ bad: fc.oneof(fc.nat(9), fc.double(), fc.string()), total: fc.integer({ min: 5, max: 50 }) }))
  const line = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        interval: fc.integer({ min: -3, max: 9 }),
        metric: fc.constantFrom('a', 'b'),
        form: fc.constantFrom('ratio', 'gauge'),
        canary: arm,
      }),
    },
    fc.json(),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (rows) => {
      let state = begin()
      const labels: number[] = []
      for (const [at, one] of rows.entries()) {
        try {
          const fed = feed(state, typeof one === 'string' ? one : JSON.stringify(one), at + 1)
          state = fed.state
          labels.push(...fed.closed.map(({ interval }) => interval))
        } catch (error) {
          expect(error).toBeInstanceOf(ReadError)
        }
      }
      labels.push(...end(state).closed.map(({ interval }) => interval))
      expect(labels).toEqual(labels.map((_, at) => (labels[0] ?? 0) + at))
    }),
    { numRuns: 500 },
  )
})
