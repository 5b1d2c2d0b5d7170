import { describe, expect, it } from 'vitest'
import { judge } from './judge.ts'
import type { JudgedPair } from './pairs.ts'

const steady = Array.from({ length: 30 }, (_, at) => 100 + (at % 7))
const raised = steady.map((value) => value * 2)
const thresholds = { pass: 95, marginal: 75 }
const metric = (name: string, canary: Record<string, unknown> = {}, groups = ['g']) => ({
  name,
  groups,
  analysisConfigurations: { canary },
})
const pair = (name: string, experiment: readonly number[], control: readonly number[] = steady): JudgedPair => ({
  name,
  tags: {},
  values: { control, experiment },
})

describe('the judge', () => {
  it('scores a healthy canary 100 and a failing one by its groups', () => {
    const config = { metrics: [metric('errors', {}, ['a']), metric('latency', {}, ['b'])], classifier: { groupWeights: { a: 60 } } }
    expect(judge(config, [pair('errors', steady), pair('latency', steady)], thresholds)).toMatchObject({
      score: 100,
      classification: 'Pass',
      reason: null,
    })
    expect(judge(config, [pair('errors', steady), pair('latency', raised)], thresholds)).toMatchObject({
      score: 60,
      classification: 'Fail',
      groupScores: { a: 100, b: 0 },
    })
  })

  it('lists each metric with its class, statistics of both arms, and options', () => {
    const config = { metrics: [metric('errors', { critical: true })] }
    const [result] = judge(config, [pair('errors', [...raised, Number.NaN])], thresholds).results
    expect(result).toMatchObject({
      name: 'errors',
      classification: 'High',
      critical: true,
      deviation: 2,
      groups: ['g'],
      muted: false,
      tags: {},
      controlMetadata: { stats: { count: 30, min: 100, max: 106 } },
      experimentMetadata: { stats: { count: 30, min: 200, max: 212 } },
    })
  })

  it('lists muted metrics and does not count them', () => {
    const config = { metrics: [metric('errors', { muted: true, critical: true }), metric('latency')] }
    const { results, score } = judge(config, [pair('errors', raised), pair('latency', steady)], thresholds)
    expect(results.map(({ name, muted, classification }) => [name, muted, classification])).toEqual([
      ['errors', true, 'High'],
      ['latency', false, 'Pass'],
    ])
    expect(score).toBe(100)
  })

  it('removes a lone outlier of each arm where asked, before the statistics', () => {
    const spiked = [...steady, 1e6]
    const kept = judge({ metrics: [metric('errors')] }, [pair('errors', spiked)], thresholds).results[0]
    const removed = judge({ metrics: [metric('errors', { outliers: { strategy: 'remove' } })] }, [pair('errors', spiked)], thresholds)
      .results[0]
    expect(kept?.experimentMetadata.stats.max).toBe(1e6)
    expect(removed?.experimentMetadata.stats.max).toBe(106)
  })

  it('fails open: Error is not counted, even of a critical metric, and a group of Nodata is worth 100', () => {
    const config = {
      metrics: [metric('errors', { critical: true }, ['a']), metric('latency', {}, ['b']), metric('cpu', {}, ['c'])],
      classifier: { groupWeights: { a: 50, b: 25, c: 25 } },
    }
    const pairs = [pair('errors', [5], [3]), pair('latency', []), pair('cpu', steady)]
    const { results, score, noDataGroups } = judge(config, pairs, thresholds)
    expect(results.map((result) => result.classification)).toEqual(['Error', 'Nodata', 'Pass'])
    expect([score, noDataGroups]).toEqual([100, ['a', 'b']])
  })

  it('takes a missing arm as one without data, and null as NaN', () => {
    const config = { metrics: [metric('errors')] }
    expect(judge(config, [{ name: 'errors', values: { control: steady } }], thresholds).results[0]?.classification).toBe('Nodata')
    const parsed: JudgedPair = JSON.parse('{"name":"errors","values":{"control":[1,null,2],"experiment":[null]}}')
    expect(judge(config, [parsed], thresholds).results[0]).toMatchObject({
      classification: 'Nodata',
      controlMetadata: { stats: { count: 2 } },
    })
  })

  it('throws for a pair without a metric and for an option of the wrong type', () => {
    expect(() => judge({ metrics: [] }, [pair('errors', steady)], thresholds)).toThrow('The config has no metric named errors')
    expect(() => judge({ metrics: [metric('errors', { critical: 'yes' })] }, [pair('errors', steady)], thresholds)).toThrow(
      'metrics[0].analysisConfigurations.canary.critical is the text "yes"',
    )
  })

  it('is the same for the same seed, whatever metrics stand beside', () => {
    const config = { metrics: [metric('errors'), metric('latency')] }
    const constant = pair('errors', new Array(30).fill(5), new Array(30).fill(4.999))
    const alone = judge(config, [constant], thresholds, { seed: 7 }).results[0]
    expect(judge(config, [pair('latency', steady), constant], thresholds, { seed: 7 }).results[1]).toEqual(alone)
    const reasons = [1, 2, 3].map((seed) => judge(config, [constant], thresholds, { seed }).results[0]?.reason)
    expect(new Set(reasons).size).toBeGreaterThan(1)
  })
})
