import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Metric, type PresetName, presetNames } from '../../controller/src/api/metric.ts'
import { presetsTable } from '../../controller/src/metrics/presets/docs.ts'
import { expandPreset } from '../../controller/src/metrics/presets/registry.ts'
import { fill, placeholdersOf } from '../../controller/src/metrics/template.ts'
import { evaluate } from '../../sandbox/src/prometheus/evaluate.ts'
import { parseExposition } from '../../sandbox/src/prometheus/exposition.ts'
import { type SeriesSource, scrapedAt } from '../../sandbox/src/prometheus/series.ts'

const now = 1_700_000_000_000
const arms = {
  baseline: { pods: 'web-7c9f4b6d5-[a-z0-9]{5}', hash: '7c9f4b6d5', service: 'web' },
  canary: { pods: 'web-5d8b7f9c4-[a-z0-9]{5}', hash: '5d8b7f9c4', service: 'web-canary' },
}
type Arm = keyof typeof arms

/** What the texts hold of each version: requests that failed, all requests, and how many were as fast as each edge. */
const expected: Record<PresetName, Record<Arm, { bad: number; total: number; buckets: Record<string, number> }>> = {
  istio: ofPods(['25', '100']),
  linkerd: ofPods(['20', '100']),
  'otel-http': ofPods(['0.025', '0.1']),
  'prometheus-http': ofPods(['0.025', '0.1']),
  // Two gateways, of which the second had twice the requests.
  contour: ofEnvoys(),
  'envoy-gateway': ofEnvoys(),
  // Five names of the same Service.
  traefik: {
    baseline: { bad: 15, total: 1515, buckets: { '0.1': 200, '0.3': 280, '+Inf': 303 } },
    canary: { bad: 5, total: 105, buckets: { '0.1': 9, '0.3': 18, '+Inf': 21 } },
  },
  // Two controllers.
  nginx: {
    baseline: { bad: 26, total: 3426, buckets: { '0.1': 900, '0.25': 1550, '+Inf': 1713 } },
    canary: { bad: 10, total: 190, buckets: { '0.1': 40, '0.25': 80, '+Inf': 95 } },
  },
}

function ofPods([low, high]: [string, string]) {
  return {
    baseline: { bad: 13, total: 1713, buckets: { [low]: 900, [high]: 1550, '+Inf': 1713 } },
    canary: { bad: 5, total: 95, buckets: { [low]: 40, [high]: 80, '+Inf': 95 } },
  }
}

function ofEnvoys() {
  return {
    baseline: { bad: 39, total: 5139, buckets: { '25': 900, '100': 1550, '+Inf': 1713 } },
    canary: { bad: 15, total: 285, buckets: { '25': 40, '100': 80, '+Inf': 95 } },
  }
}

function metricsOf(preset: PresetName, more: object = {}): { errors: Metric; latency: Metric } {
  const [errors, latency, ...others] = expandPreset(Metric.parse({ name: 'web', preset, ...more }))
  if (!errors || !latency || others.length > 0) throw new Error('a preset stands for two metrics')
  return { errors, latency }
}

function elements(query: string | undefined, arm: Arm, data: SeriesSource) {
  const value = evaluate(fill(query ?? '', { namespace: 'shop', arm: arms[arm], args: {}, interval: 30_000 }, 'promql'), data, now)
  if (value.type !== 'vector') throw new Error(`a ${value.type}`)
  return value.elements
}

const sum = (query: string | undefined, arm: Arm, data: SeriesSource) =>
  elements(query, arm, data).reduce((all, { value }) => all + value, 0)

describe.each([...presetNames])('preset %s', (preset) => {
  const { errors, latency } = metricsOf(preset)
  const data = scrapedAt(parseExposition(readFileSync(new URL(`expositions/${preset}.txt`, import.meta.url), 'utf8')), now)

  it.each(['baseline', 'canary'] as const)('counts the requests of the %s and of nothing else', (arm) => {
    expect({ bad: sum(errors.ratio?.bad, arm, data), total: sum(errors.ratio?.total, arm, data) }).toEqual({
      bad: expected[preset][arm].bad,
      total: expected[preset][arm].total,
    })
  })

  it.each(['baseline', 'canary'] as const)('finds the buckets of the %s', (arm) => {
    const buckets: Record<string, number> = {}
    for (const { labels, value } of elements(latency.histogram?.query, arm, data))
      buckets[labels.le ?? ''] = (buckets[labels.le ?? ''] ?? 0) + value
    expect(buckets).toEqual(expected[preset][arm].buckets)
  })

  it('asks for raw counters that the collector can difference series by series', () => {
    for (const query of [errors.ratio?.bad, errors.ratio?.total, latency.histogram?.query]) {
      const withoutStrings = (query ?? '').replaceAll(/"[^"]*"/g, '')
      expect(withoutStrings).not.toMatch(/[([]|\b(sum|rate|increase|by)\b/)
      for (const { labels } of elements(query, 'canary', data)) expect(labels.__name__).toBeDefined()
      const pods = placeholdersOf(query ?? '').includes('arm.pods')
      expect(placeholdersOf(query ?? '').includes('arm.service')).toBe(!pods)
      if (pods) for (const { labels } of elements(query, 'canary', data)) expect(labels.pod).toMatch(/^web-5d8b7f9c4-/)
    }
  })

  it('gives metrics that the API takes', () => {
    for (const metric of [errors, latency]) expect(Metric.parse(metric)).toEqual(metric)
  })
})

it('hands on what its metric says, and limits of shares to the errors alone', () => {
  const { errors, latency } = metricsOf('istio', {
    source: { name: 'mesh', scope: 'Cluster' },
    direction: 'either',
    tolerance: '20%',
    margin: '80%',
    atLeast: '1%',
    floor: '0.2%',
    hardMax: '10%',
    weight: 3,
    gate: false,
    mustHaveData: true,
    dryRun: true,
    trend: true,
  })
  const both = {
    source: { name: 'mesh', scope: 'Cluster' },
    direction: 'either',
    tolerance: '20%',
    margin: '80%',
    weight: 1.5,
    gate: false,
    mustHaveData: true,
    dryRun: true,
    trend: false,
  }
  const { ratio, ...ofErrors } = errors
  const { histogram, ...ofLatency } = latency
  expect(ofErrors).toEqual({ ...both, name: 'web errors', atLeast: '1%', floor: '0.2%', hardMax: '10%' })
  expect(ofLatency).toEqual({ ...both, name: 'web latency' })
  expect(ratio && histogram).toBeDefined()
})

it('is the metric itself where it names no preset', () => {
  const metric = Metric.parse({ name: 'memory', gauge: { query: 'container_memory_working_set_bytes{pod=~"{{arm.pods}}"}' } })
  expect(expandPreset(metric)).toEqual([metric])
})

it('does not take a Service whose name only begins or ends alike for its own', () => {
  const { errors } = metricsOf('contour')
  const names = ['shop_web_80', 'shop_web-canary_80', 'shop_xweb_80', 'myshop_web_80', 'shop_web_80_x', 'shopxweb_80']
  const data = scrapedAt(
    parseExposition(names.map((name, at) => `envoy_cluster_upstream_rq_completed{envoy_cluster_name="${name}"} ${10 ** at}`).join('\n')),
    now,
  )
  expect([sum(errors.ratio?.total, 'baseline', data), sum(errors.ratio?.total, 'canary', data)]).toEqual([1, 10])
})

it('has a page with a section of every preset', () => {
  const page = presetsTable()
  for (const preset of presetNames) expect(page).toContain(`\n## ${preset}\n`)
  expect(page).toContain('istio_requests_total{reporter="destination",namespace="{{namespace}}",pod=~"{{arm.pods}}",response_code=~"5.."}')
})
