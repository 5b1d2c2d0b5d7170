import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyMannWhitney, classifyMeanInequality } from './classifier.ts'
import type { ClassifierOptions } from './classifierOptions.ts'

const zeros = (length: number): number[] => new Array(length).fill(0)
/** `bad` ones and zeros for the rest. */
const errors = (length: number, bad: number): number[] => Array.from({ length }, (_, at) => (at < bad ? 1 : 0))
/** Classes for 1 up to `length` bad minutes against none, by first letter. */
const classes = (length: number, options: ClassifierOptions): string =>
  Array.from(
    { length },
    (_, at) => classifyMannWhitney({ experiment: errors(length, at + 1), control: zeros(length) }, options).classification[0],
  ).join('')

const canary = [20, 21, 19, 22, 20, 23, 18, 21, 20, 22]
const baseline = [10, 11, 9, 12, 10, 13, 8, 11, 10, 12]

describe('before the test', () => {
  it('an arm without data is Nodata, critical as the metric is', () => {
    const empty = { experiment: [], control: [1] }
    expect(classifyMannWhitney(empty)).toMatchObject({ classification: 'Nodata', deviation: 1, critical: false })
    expect(classifyMannWhitney(empty, { isCriticalMetric: true })).toMatchObject({ classification: 'Nodata', critical: true })
    expect(classifyMannWhitney({ experiment: [1], control: [] })).toMatchObject({
      classification: 'Nodata',
      reason: 'The baseline has no data.',
    })
  })

  it('an arm without data fails a metric that must have them, unless the metric is critical', () => {
    const empty = { experiment: [Number.NaN], control: [1] }
    expect(classifyMannWhitney(empty, { isDataRequired: true })).toMatchObject({
      classification: 'NodataFailMetric',
      deviation: 1,
      critical: false,
    })
    expect(classifyMannWhitney(empty, { isDataRequired: true, isCriticalMetric: true })).toMatchObject({
      classification: 'Nodata',
      critical: true,
    })
  })

  it('an empty arm passes where missing data count as zeros', () => {
    expect(classifyMannWhitney({ experiment: [], control: [1] }, { nanStrategy: 'replace', isCriticalMetric: true })).toMatchObject({
      classification: 'Pass',
      deviation: 1,
      critical: false,
    })
  })

  it('NaN are dropped, or count as zeros', () => {
    const arms = { experiment: new Array(20).fill(Number.NaN), control: Array.from({ length: 20 }, (_, at) => 5 + at / 10) }
    expect(classifyMannWhitney(arms).classification).toBe('Nodata')
    expect(classifyMannWhitney(arms, { nanStrategy: 'replace' }).classification).toBe('Low')
  })

  it('the same values in any order pass, and so does one value everywhere', () => {
    expect(classifyMannWhitney({ experiment: [1, 2, 3], control: [3, 1, 2] })).toMatchObject({ classification: 'Pass', deviation: 1 })
    expect(classifyMannWhitney({ experiment: [5, 5], control: [5, 5, 5] })).toMatchObject({ classification: 'Pass', deviation: 1 })
  })
})

describe('the decision', () => {
  it('is High or Low by the direction', () => {
    const up = { experiment: canary, control: baseline }
    const down = { experiment: baseline, control: canary }
    expect(classifyMannWhitney(up)).toMatchObject({ classification: 'High', critical: false })
    expect(classifyMannWhitney(up).deviation).toBeCloseTo(206 / 106, 12)
    expect(classifyMannWhitney(up, { direction: 'decrease' }).classification).toBe('Pass')
    expect(classifyMannWhitney(down).classification).toBe('Low')
    expect(classifyMannWhitney(down, { direction: 'increase' }).classification).toBe('Pass')
  })

  it('asks for the allowed effect as well, with equality enough', () => {
    const up = { experiment: canary, control: baseline }
    const ratio = classifyMannWhitney(up).deviation
    expect(classifyMannWhitney(up, { allowedIncrease: ratio }).classification).toBe('High')
    expect(classifyMannWhitney(up, { allowedIncrease: ratio + 1e-9 }).classification).toBe('Pass')
    const down = { experiment: baseline, control: canary }
    const inverse = classifyMannWhitney(down).deviation
    expect(classifyMannWhitney(down, { allowedDecrease: inverse }).classification).toBe('Low')
    expect(classifyMannWhitney(down, { allowedDecrease: inverse - 1e-9 }).classification).toBe('Pass')
  })

  it('is critical only from the critical effect on', () => {
    const up = { experiment: canary, control: baseline }
    expect(classifyMannWhitney(up, { isCriticalMetric: true }).critical).toBe(true)
    expect(classifyMannWhitney(up, { isCriticalMetric: true, criticalIncrease: 2 })).toMatchObject({
      classification: 'High',
      critical: false,
    })
    expect(classifyMannWhitney({ experiment: baseline, control: canary }, { isCriticalMetric: true, criticalDecrease: 0.5 })).toMatchObject(
      {
        classification: 'Low',
        critical: false,
      },
    )
  })

  it('measures the effect by pairs where asked, and still reports the ratio of the means', () => {
    const up = { experiment: canary, control: baseline }
    expect(classifyMannWhitney(up, { effectSizeMeasure: 'cles', allowedIncrease: 1 })).toMatchObject({ classification: 'High' })
    expect(classifyMannWhitney(up, { effectSizeMeasure: 'cles', allowedIncrease: 1.01 }).classification).toBe('Pass')
    expect(classifyMannWhitney(up, { effectSizeMeasure: 'cles' }).deviation).toBeCloseTo(206 / 106, 12)
  })

  it('takes an effect that cannot be computed as reached', () => {
    expect(
      classifyMannWhitney(
        { experiment: canary, control: zeros(10) },
        { allowedIncrease: 1e9, isCriticalMetric: true, criticalIncrease: 1e9 },
      ),
    ).toMatchObject({
      classification: 'High',
      deviation: Number.NaN,
      critical: true,
    })
  })

  it('says of a shift at the same mean that it is one', () => {
    const skewed = { experiment: [...canary, 20.6], control: [...baseline, 120.6] }
    expect(classifyMannWhitney(skewed)).toMatchObject({ classification: 'High', reason: expect.stringContaining('(at the same mean)') })
    expect(classifyMannWhitney({ experiment: canary, control: baseline }).reason).toContain('(1.943 times its mean)')
  })

  it('is Error, never critical, where everything is tied after the shift', () => {
    expect(classifyMannWhitney({ experiment: [5], control: [3] }, { isCriticalMetric: true })).toEqual({
      classification: 'Error',
      reason: 'Metric Classification Failed',
      deviation: 1,
      critical: false,
    })
  })
})

describe('corners that follow from the algorithm', () => {
  it.each(['increase', 'either'] as const)('a zero baseline finds 27 to 29 bad minutes of 60 and then none until 37 (%s)', (direction) => {
    expect(classes(60, { direction })).toBe(`${'P'.repeat(26)}HHH${'P'.repeat(7)}${'H'.repeat(24)}`)
  })

  it.each([
    [10, 8],
    [20, 14],
    [30, 20],
  ])('a zero baseline of %i minutes asks for %i bad ones', (length, needed) => {
    expect(classes(length, { direction: 'increase' })).toBe('P'.repeat(needed - 1) + 'H'.repeat(length - needed + 1))
  })

  it('a hundred errors in a bad minute instead of one change nothing', () => {
    const hundreds = Array.from({ length: 60 }, (_, at) => {
      const experiment = errors(60, at + 1).map((value) => value * 100)
      return classifyMannWhitney({ experiment, control: zeros(60) }).classification[0]
    })
    expect(hundreds.join('')).toBe(classes(60, {}))
  })

  it('four clean samples an arm can fail, because a limit beyond the range is the end of the range', () => {
    expect(classifyMannWhitney({ experiment: [10, 20, 30, 40], control: [1, 2, 3, 4] }).classification).toBe('High')
    expect(classifyMannWhitney({ experiment: [10, 20, 30, 40, 50], control: [1, 2, 3, 4, 5] }).classification).toBe('Pass')
  })
})

describe('whatever the samples', () => {
  const any = fc.oneof(
    fc.double(),
    fc.constantFrom(1e308, -1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0, 5e-324),
  )
  const arm = fc.array(any, { maxLength: 12 })
  const options = fc.record(
    {
      direction: fc.constantFrom('increase' as const, 'decrease' as const, 'either' as const),
      nanStrategy: fc.constantFrom('remove' as const, 'replace' as const),
      effectSizeMeasure: fc.constantFrom('meanRatio' as const, 'cles' as const),
      isCriticalMetric: fc.boolean(),
      isDataRequired: fc.boolean(),
      tolerance: fc.double({ min: 0, max: 2, noNaN: true }),
    },
    { requiredKeys: [] },
  )

  it('there is a class, and the same one each time', () => {
    fc.assert(
      fc.property(arm, arm, options, (experiment, control, chosen) => {
        const once = classifyMannWhitney({ experiment, control }, chosen)
        expect(['Pass', 'High', 'Low', 'Nodata', 'NodataFailMetric', 'Error']).toContain(once.classification)
        expect(typeof once.critical).toBe('boolean')
        expect(classifyMannWhitney({ experiment, control }, chosen)).toEqual(once)
      }),
      { numRuns: 1000 },
    )
  })

  it('a direction only leaves labels out: either is High where increase is, else what decrease is', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 12 })
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: -30, max: 30 }), (experiment, control, shift) => {
        const arms = { experiment: experiment.map((value) => value + shift), control }
        const [up, down, both] = (['increase', 'decrease', 'either'] as const).map(
          (direction) => classifyMannWhitney(arms, { direction }).classification,
        )
        expect(up).not.toBe('Low')
        expect(down).not.toBe('High')
        expect(both).toBe(up === 'High' ? up : down)
      }),
      { numRuns: 300 },
    )
  })

  it('ten thousand samples an arm end, with infinities among them too', () => {
    const long = Array.from({ length: 10_000 }, (_, at) => Math.sin(at))
    const withInfinities = long.map((value, at) => (at % 7 === 0 ? Number.POSITIVE_INFINITY : value))
    expect(classifyMannWhitney({ experiment: long.map((value) => value + 1), control: long }).classification).toBe('High')
    expect(classifyMannWhitney({ experiment: withInfinities, control: withInfinities.slice(5) }).classification).toBe('Pass')
  })
})

describe('the comparison of means', () => {
  it('labels by the means alone', () => {
    expect(classifyMeanInequality({ experiment: [1, 2], control: [1, 1] })).toMatchObject({ classification: 'High', deviation: 1.5 })
    expect(classifyMeanInequality({ experiment: [1, 2], control: [4, 1] }, { isCriticalMetric: true })).toMatchObject({
      classification: 'Low',
      critical: true,
    })
    expect(classifyMeanInequality({ experiment: [1, 2], control: [4, 1] }, { direction: 'increase' }).classification).toBe('Pass')
    expect(classifyMeanInequality({ experiment: [], control: [4, 1] }).classification).toBe('Nodata')
  })
})
