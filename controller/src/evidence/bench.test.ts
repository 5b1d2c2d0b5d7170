import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchOf, elapsedOf, emptyBench, heard, informed, lastData, stored, ungated } from './bench.ts'
import { unpacked } from './record.ts'
import { interval, number, spec, start } from './testing/specs.ts'

const verdicts = (bench: ReturnType<typeof emptyBench>) => bench.sittings.map((sitting) => sitting.verdict())

describe('a bench', () => {
  test('made again from its record says the same, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 25 }), fc.nat(), (bads, cut) => {
        const intervals = bads.map((bad, at) => interval(at + 1, bad))
        const whole = heard(emptyBench(spec(), start), 'sequential', intervals)
        const at = cut % (intervals.length + 1)
        const first = stored(heard(emptyBench(spec(), start), 'sequential', intervals.slice(0, at)))
        const record = unpacked(first.text)
        if (!record) throw new Error('the record cannot be read')
        const again = heard(benchOf(record), 'sequential', intervals.slice(at))
        expect(verdicts(again)).toEqual(verdicts(whole))
        expect(stored(again).text).toBe(stored(whole).text)
      }),
      { numRuns: 40 },
    )
  })

  test('takes what the time before the run said into its plans, and keeps it in the record', () => {
    const bench = informed(emptyBench(spec(), start), { errors: { dispersion: 3 } })
    const part = unpacked(stored(bench).text)?.parts[0]
    expect(part?.judge === 'sequential' && part.plan.metrics[0]?.history).toEqual({ dispersion: 3 })
  })

  test('a metric that is ignored does not hold the ramp up any more', () => {
    const two = spec({
      metrics: [
        { name: 'errors', ratio: { bad: 'b', total: 't' } },
        { name: 'memory', gauge: { query: 'm' } },
      ],
      ramp: { weights: [5] },
    })
    const bench = heard(
      emptyBench(two, start),
      'sequential',
      Array.from({ length: 12 }, (_, at) => interval(at + 1, 5)),
    )
    expect(verdicts(bench)[0]?.ramp).toEqual([{ weight: 5, passed: false }])
    expect(verdicts(ungated(bench, ['memory']))[0]?.ramp).toEqual([{ weight: 5, passed: true }])
  })

  test('knows how far it is, and when each metric last had data', () => {
    const bench = heard(emptyBench(spec(), start), 'sequential', [interval(1, 5), interval(2, 5), { interval: 3, metrics: {} }])
    expect(elapsedOf(bench)).toBe(180_000)
    const [part] = bench.record.parts
    expect(part && lastData(part).get('errors')).toBe(2)
  })

  test('requests to neither version are no data', () => {
    const idle = { form: 'ratio' as const, canary: { bad: 0, total: 0 }, baseline: { bad: 0, total: 0 } }
    const [part] = heard(emptyBench(spec(), start), 'sequential', [{ interval: 1, metrics: { errors: idle } }]).record.parts
    expect(part && lastData(part).get('errors')).toBe(0)
  })
})

describe('a record that grows too heavy', () => {
  test('is made coarser until it fits, and the judge sees it so', { timeout: 60_000 }, () => {
    const names = Array.from({ length: 20 }, (_, at) => `m${at}`)
    const many = spec({ metrics: names.map((name) => ({ name, ratio: { bad: 'b', total: 't' } })), deadline: '60h' })
    const noise = (at: number, salt: number) => Math.floor(((Math.sin(at * 12.9898 + salt * 78.233) * 43758.5453) % 1) * 1e6 + 1e6)
    const intervals = Array.from({ length: 3000 }, (_, at) => ({
      interval: at + 1,
      weight: 10,
      metrics: Object.fromEntries(
        names.map((name, salt) => [
          name,
          { form: 'ratio' as const, canary: { bad: 0, total: noise(at, salt) }, baseline: { bad: 0, total: noise(at, salt + 50) } },
        ]),
      ),
    }))
    const bench = heard(emptyBench(many, start), 'sequential', intervals)
    const { bench: kept, text, times } = stored(bench)
    expect(times).toBeGreaterThanOrEqual(1)
    expect(text.length).toBeLessThan(700_000)
    const total = (of: typeof bench) =>
      of.record.parts[0]?.intervals.reduce(
        (sum, { metrics }) => sum + (metrics.m3?.form === 'ratio' ? (metrics.m3.canary?.total ?? 0) : 0),
        0,
      )
    expect(total(kept)).toBe(total(bench))
    expect(elapsedOf(kept)).toBe(elapsedOf(bench))
    expect(stored(kept).times).toBe(0)
  })
})

test('conditions of another rhythm are a part of their own', () => {
  const mixed = spec({
    metrics: [
      { name: 'errors', ratio: { bad: 'b', total: 't' } },
      { name: 'queue', threshold: { query: 'q', pass: 'value < 5', interval: '20s', count: 2 } },
      { name: 'smoke', job: { template: {} } },
    ],
  })
  const bench = heard(emptyBench(mixed, start), 'threshold-20s', [number(1, 'queue', 4)])
  expect(bench.record.parts.map(({ key, step, once }) => [key, step, once])).toEqual([
    ['sequential', 60_000, false],
    ['threshold-20s', 20_000, false],
    ['once-smoke', 60_000, true],
  ])
  expect(elapsedOf(bench)).toBe(20_000)
})
