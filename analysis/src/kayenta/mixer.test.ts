import { describe, expect, it } from 'vitest'
import { KayentaError } from './errors.ts'
import type { MetricSet } from './metricSets.ts'
import { expectedDataPoints, mixMetricSets } from './mixer.ts'

const { NaN: none } = Number
const set = (values: readonly number[], tags: Record<string, string> = {}, points = values.length, name = 'errors'): MetricSet => ({
  name,
  tags,
  startTimeMillis: 0,
  endTimeMillis: points * 60_000,
  stepMillis: 60_000,
  values,
})
const mixed = (control: readonly MetricSet[], experiment: readonly MetricSet[]) =>
  mixMetricSets(control, experiment, ['errors']).map(({ tags, values }) => ({ tags, ...values }))

describe('mixing', () => {
  it('pairs by equal tags in any order of keys', () => {
    const control = [set([1], { zone: 'a', code: '500' }), set([2], { zone: 'b', code: '500' })]
    const experiment = [set([4], { code: '500', zone: 'b' }), set([3], { code: '500', zone: 'a' })]
    expect(mixed(control, experiment)).toEqual([
      { tags: { zone: 'a', code: '500' }, control: [1], experiment: [3] },
      { tags: { zone: 'b', code: '500' }, control: [2], experiment: [4] },
    ])
  })

  it('gives a series without partner one of NaN', () => {
    expect(mixed([set([1, 2], { zone: 'a' })], [set([3, 4], { zone: 'b' })])).toEqual([
      { tags: { zone: 'a' }, control: [1, 2], experiment: [none, none] },
      { tags: { zone: 'b' }, control: [none, none], experiment: [3, 4] },
    ])
  })

  it('pairs every tagged series with NaN in the time frame of the untagged one, whose values do not count', () => {
    expect(mixed([set([9], {}, 3)], [set([3, 4], { zone: 'a' }), set([5, 6], { zone: 'b' })])).toEqual([
      { tags: { zone: 'a' }, control: [none, none, none], experiment: [3, 4] },
      { tags: { zone: 'b' }, control: [none, none, none], experiment: [5, 6] },
    ])
    expect(mixed([set([3, 4], { zone: 'a' })], [set([], {}, 1)])).toEqual([{ tags: { zone: 'a' }, control: [3, 4], experiment: [none] }])
  })

  it('fills short series up at the end', () => {
    expect(mixed([set([1], {}, 3)], [set([1, 2, 3, 4], {}, 3)])).toEqual([{ tags: {}, control: [1, none, none], experiment: [1, 2, 3, 4] }])
  })

  it('takes the metrics in the order of the names', () => {
    const sets = [set([1], {}, 1, 'errors'), set([2], {}, 1, 'latency')]
    expect(mixMetricSets(sets, sets, ['latency', 'errors']).map((pair) => pair.name)).toEqual(['latency', 'errors'])
  })

  it('says which arm lacks a metric, and which tags differ', () => {
    expect(() => mixMetricSets([], [set([1])], ['errors'])).toThrow('The control has no series of the metric errors.')
    expect(() => mixMetricSets([set([1])], [set([1], {}, 1, 'other')], ['errors'])).toThrow('The experiment has no series')
    expect(() => mixed([set([1], { zone: 'a' })], [set([1], { pod: 'a' })])).toThrow(
      'the tags zone in the control and pod in the experiment',
    )
  })

  it('knows how many values fit a frame', () => {
    expect(expectedDataPoints({ startTimeMillis: 0, endTimeMillis: 179_999, stepMillis: 60_000 })).toBe(2)
    expect(expectedDataPoints({ startTimeMillis: 0, endTimeMillis: 60_000, stepMillis: 0 })).toBe(0)
  })
})

describe('series in other shapes', () => {
  const pairs = mixMetricSets([{ name: 'cpu', values: [1, 2] }], [{ name: 'cpu', values: [3, 4] }], ['cpu'])
  const [control, experiment] = [{ values: [1, 2] }, { values: [3, 4] }]

  it('may stand under the names of their metrics, as objects or Maps, alone or in lists, or as numbers', () => {
    expect(mixMetricSets({ cpu: control }, { cpu: [experiment] }, ['cpu'])).toEqual(pairs)
    expect(mixMetricSets(new Map([['cpu', control]]), new Map([['cpu', [experiment]]]), ['cpu'])).toEqual(pairs)
    expect(mixMetricSets({ cpu: [1, 2] }, new Map([['cpu', [3, 4]]]), ['cpu'])).toEqual(pairs)
    expect(mixMetricSets({ name: 'cpu', values: [1, 2] }, { cpu: [3, 4] }, ['cpu'])).toEqual(pairs)
  })

  it('take names as metrics of a config, one alone, or all that there are', () => {
    const [one, other] = [
      { cpu: [1, 2], mem: [5] },
      { mem: [6], cpu: [3, 4] },
    ]
    for (const names of ['cpu', [{ name: 'cpu' }], { name: 'cpu', groups: ['g'] }]) expect(mixMetricSets(one, other, names)).toEqual(pairs)
    for (const names of [undefined, null]) expect(mixMetricSets(one, other, names).map(({ name }) => name)).toEqual(['cpu', 'mem'])
    expect(() => mixMetricSets({ cpu: [1] }, { cpu: [2], mem: [3] })).toThrow(
      'The control has no series of the metric mem. It has series of cpu.',
    )
  })

  it('keep every series apart whose tags are a Map, and give the tags back as an object', () => {
    const tagged = (zone: string, values: readonly number[]) => ({ name: 'cpu', tags: new Map([['zone', zone]]), values })
    const mixed = mixMetricSets(
      [tagged('a', [1]), tagged('b', [9])],
      [tagged('b', [8]), { ...tagged('a', [2]), tags: { zone: 'a' } }],
      'cpu',
    )
    expect(mixed.map(({ tags, values }) => ({ tags, ...values }))).toEqual([
      { tags: { zone: 'a' }, control: [1], experiment: [2] },
      { tags: { zone: 'b' }, control: [9], experiment: [8] },
    ])
  })

  it('pair tags of numbers with the same tags of texts', () => {
    const set = (code: unknown) => JSON.parse(JSON.stringify([{ name: 'cpu', tags: { code }, values: [1] }]))
    expect(mixMetricSets(set(500), set('500'), 'cpu')).toHaveLength(1)
  })

  it('have NaN where JSON has null or a text', () => {
    const stored: MetricSet[] = JSON.parse('[{"name":"cpu","tags":null,"stepMillis":null,"values":[1,null,"NaN","2"]}]')
    expect(mixMetricSets(stored, stored, 'cpu')[0]?.values.control).toEqual([1, none, none, 2])
  })

  it('of equal tags count once, the first', () => {
    expect(mixed([set([1], { zone: 'a' }), set([2], { zone: 'a' })], [set([3], { zone: 'a' })])).toEqual([
      { tags: { zone: 'a' }, control: [1], experiment: [3] },
    ])
  })

  it('take the time frame of the first series of the arm that has an untagged one', () => {
    expect(mixed([set([7, 7], { zone: 'a' }, 2), set([], {}, 1)], [set([3], { zone: 'a' })])).toEqual([
      { tags: { zone: 'a' }, control: [none, none], experiment: [3] },
    ])
  })

  it.each<[string, unknown, unknown, string]>([
    ['a number', 5, 'cpu', 'The argument control is the number 5; write a list of series'],
    ['nothing', null, 'cpu', 'The control has no series of the metric cpu.'],
    ['no name', [{ values: [1] }], 'cpu', 'control[0].name is missing'],
    ['two names', { cpu: { name: 'mem', values: [1] } }, 'cpu', 'control.cpu.name is the text "mem"; write "cpu"'],
    ['a null tag', [{ name: 'cpu', tags: { zone: null }, values: [1] }], 'cpu', 'control[0].tags.zone is null'],
    ['tags in a list', [{ name: 'cpu', tags: ['zone'], values: [1] }], 'cpu', 'control[0].tags is a list'],
    ['a word as a value', [{ name: 'cpu', values: [1, 'high'] }], 'cpu', 'control[0].values[1] is the text "high"'],
    ['a time as a text', [{ name: 'cpu', values: [1], stepMillis: '60000' }], 'cpu', 'control[0].stepMillis is the text "60000"'],
    ['an endless frame', [{ name: 'cpu', values: [1], endTimeMillis: 1e15, stepMillis: 1 }], 'cpu', 'has room for 1000000000000000 values'],
    ['a number as a name', [], [7], 'metricNames[0] is the number 7'],
    [
      'an object without a name',
      [],
      [{ id: 'cpu' }],
      'metricNames[0] is an object; write a name in quotes, or an object with one; its name is missing',
    ],
  ])('say what is wrong: %s', (_, sets, names, message) => {
    const call = () => mixMetricSets(sets as MetricSet[], [{ name: 'cpu', values: [1] }], names as string)
    expect(call).toThrow(KayentaError)
    expect(call).toThrow(message)
  })
})
