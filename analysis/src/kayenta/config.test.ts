import { describe, expect, it } from 'vitest'
import { CanaryConfigError, readCanaryConfig } from './config.ts'
import { lookup } from './lookup.ts'
import { readMetricOptions } from './options.ts'

const config = {
  id: 'c1',
  name: 'checkout',
  configVersion: '1',
  applications: ['checkout'],
  createdTimestamp: 1_700_000_000_000,
  judge: { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} },
  metrics: [
    {
      name: 'errors',
      query: { type: 'prometheus', metricName: 'errors_total', customFilterTemplate: 't' },
      groups: ['availability'],
      scopeName: 'default',
      analysisConfigurations: {
        canary: { direction: 'increase', critical: true, effectSize: { allowedIncrease: 2, measure: 'meanRatio' } },
      },
    },
  ],
  templates: { t: `app="\${scope}"` },
  classifier: { groupWeights: { availability: 100 }, scoreThresholds: { pass: 95, marginal: 75 } },
  somethingNew: { kept: [1, 2] },
}

/** The problems of the config with one metric's `canary` replaced. */
function problemsOf(json: unknown): readonly { path: string; message: string }[] {
  try {
    readCanaryConfig(json)
  } catch (error) {
    if (error instanceof CanaryConfigError) return error.problems
    throw error
  }
  return []
}
const withCanary = (canary: unknown) => ({ metrics: [{ name: 'a' }, { name: 'b' }, { name: 'c', analysisConfigurations: { canary } }] })

describe('reading a canary config', () => {
  it('keeps it as it is, from text too', () => {
    expect(readCanaryConfig(config)).toEqual(config)
    expect(readCanaryConfig(JSON.stringify(config))).toEqual(config)
    expect(readCanaryConfig({ metrics: [] })).toEqual({ metrics: [] })
  })

  it('says what is wrong, where, and what to write', () => {
    expect(problemsOf(withCanary({ critical: 'true' }))).toEqual([
      {
        path: 'metrics[2].analysisConfigurations.canary.critical',
        message: 'metrics[2].analysisConfigurations.canary.critical is the text "true"; write true or false without quotes.',
      },
    ])
    expect(problemsOf(withCanary({ effectSize: { allowedIncrease: '1.2' } }))).toEqual([
      {
        path: 'metrics[2].analysisConfigurations.canary.effectSize.allowedIncrease',
        message:
          'metrics[2].analysisConfigurations.canary.effectSize.allowedIncrease is the text "1.2"; write a number without quotes, such as 1.2.',
      },
    ])
  })

  it.each([
    [{ metrics: {} }, 'metrics'],
    [{ metrics: [{}] }, 'metrics[0].name'],
    [{ metrics: ['errors'] }, 'metrics[0]'],
    [{ metrics: [{ name: 'a', groups: 'g' }] }, 'metrics[0].groups'],
    [{ metrics: [{ name: 'a', groups: ['g', 1] }] }, 'metrics[0].groups[1]'],
    [{ metrics: [{ name: 'a', query: { type: 1 } }] }, 'metrics[0].query.type'],
    [{ metrics: [], classifier: { groupWeights: { g: '50' } } }, 'classifier.groupWeights.g'],
    [{ metrics: [], classifier: { scoreThresholds: { pass: '95' } } }, 'classifier.scoreThresholds.pass'],
    [{ metrics: [], templates: { t: 1 } }, 'templates.t'],
    [withCanary('x'), 'metrics[2].analysisConfigurations.canary'],
    [withCanary([{ critical: true }]), 'metrics[2].analysisConfigurations.canary.critical'],
    [withCanary({ outliers: { strategy: 'remove', outlierFactor: 0 } }), 'metrics[2].analysisConfigurations.canary.outliers.outlierFactor'],
    ['[]', ''],
    ['not JSON', ''],
  ])('finds the place in %j', (json, path) => {
    expect(problemsOf(json)[0]?.path).toBe(path)
  })

  it('reports everything at once', () => {
    expect(problemsOf({ name: 1, metrics: [{ name: '' }], templates: [] }).map((problem) => problem.path)).toEqual([
      'name',
      'templates',
      'metrics[0].name',
    ])
  })
})

describe('metric options', () => {
  const read = (canary: unknown) => readMetricOptions({ canary }, 'x').options

  it('have the defaults for what is absent, null or an unknown word', () => {
    const defaults = {
      classifier: {
        direction: 'either',
        nanStrategy: 'remove',
        effectSizeMeasure: 'meanRatio',
        allowedIncrease: 1,
        allowedDecrease: 1,
        criticalIncrease: 1,
        criticalDecrease: 1,
        isCriticalMetric: false,
        isDataRequired: false,
      },
      outlierFactor: undefined,
      muted: false,
    }
    expect(readMetricOptions(undefined, 'x')).toEqual({ options: defaults, problems: [] })
    expect(
      read({ direction: 'sideways', nanStrategy: 'none', critical: null, outliers: { strategy: 'drop' }, effectSize: { measure: 'd' } }),
    ).toEqual(defaults)
    expect(read({ direction: 'Increase' })).toEqual(defaults)
  })

  it('have 0.5 as the effect of cles, and take integers', () => {
    expect(read({ effectSize: { measure: 'cles', criticalIncrease: 1 } }).classifier).toMatchObject({
      allowedIncrease: 0.5,
      criticalDecrease: 0.5,
      criticalIncrease: 1,
    })
  })

  it('take what is written', () => {
    expect(read({ direction: 'decrease', nanStrategy: 'replace', critical: true, mustHaveData: true, muted: true })).toMatchObject({
      classifier: { direction: 'decrease', nanStrategy: 'replace', isCriticalMetric: true, isDataRequired: true },
      muted: true,
    })
    expect(
      read({
        direction: 'increase',
        effectSize: { allowedIncrease: 1.1, allowedDecrease: 0.9, criticalIncrease: 1.5, criticalDecrease: 0.5 },
      }).classifier,
    ).toMatchObject({
      direction: 'increase',
      allowedIncrease: 1.1,
      allowedDecrease: 0.9,
      criticalIncrease: 1.5,
      criticalDecrease: 0.5,
    })
  })

  it('have the outlier factor only where outliers are removed', () => {
    expect(read({ outliers: { strategy: 'remove' } }).outlierFactor).toBe(3)
    expect(read({ outliers: { strategy: 'remove', outlierFactor: 2 } }).outlierFactor).toBe(2)
    expect(read({ outliers: { strategy: 'keep', outlierFactor: 2 } }).outlierFactor).toBeUndefined()
  })
})

describe('lookup', () => {
  it('walks nested maps, and lists on the way element by element', () => {
    expect(lookup({ a: { b: 1 } }, 'a', 'b')).toBe(1)
    expect(lookup({ a: [{ b: 1 }, { c: 2 }, { b: 3 }] }, 'a', 'b')).toEqual([1, 3])
    expect(lookup({ a: [{ c: 2 }] }, 'a', 'b')).toBeUndefined()
    expect(lookup({ a: { b: [1, 2] } }, 'a', 'b')).toEqual([1, 2])
    expect(lookup({ a: 1 }, 'a', 'b')).toBeUndefined()
    expect(lookup({}, 'toString')).toBeUndefined()
    expect(lookup(5)).toBe(5)
  })
})
