import fc from 'fast-check'
import type { z } from 'zod'
import type { RolloutSpecInput } from '../rollout.ts'
import type { Step } from '../step.ts'
import { broken } from './broken.ts'

/** Random Rollouts that the API server takes: made from the kind's meaning, not from its schema. */

export const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/)
export const duration = fc.tuple(fc.nat(99), fc.nat(59), fc.integer({ min: 1, max: 59 })).map(([h, m, s]) => `${h}h${m}m${s}s`)
const percent = fc.nat(100)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

export const templates = fc.array(
  fc.record({ name, scope: fc.constantFrom('Namespace' as const, 'Cluster' as const) }, { requiredKeys: ['name'] }),
  { minLength: 1, maxLength: 3 },
)

const step: fc.Arbitrary<z.input<typeof Step>> = fc.oneof(
  percent.map((weight) => ({ weight })),
  fc.constant({ pause: {} }),
  duration.map((time) => ({ pause: { for: time } })),
  fc.oneof(
    fc.nat(100).map((replicas) => ({ scale: { replicas } })),
    percent.map((share) => ({ scale: { percent: share } })),
    fc.constant({ scale: { matchTraffic: true as const } }),
  ),
  fc.record({ analyze: fc.record({ templates, until: fc.constant('pass' as const), atMost: duration }, { requiredKeys: ['templates'] }) }),
)

const canary = fc.oneof(
  fc.constant({}),
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }) }),
  fc.record(
    {
      ramp: fc.record(
        {
          weights: fc.array(percent, { minLength: 1, maxLength: 6 }),
          interval: duration,
          budget: fc.integer({ min: 1, max: 999 }).map((tenths) => `${tenths / 10}%`),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
  fc.record({ scale: fc.record({ minPods: fc.integer({ min: 1, max: 9 }), match: fc.constantFrom('traffic' as const, 'full' as const) }) }),
)

const blueGreen = fc.record(
  {
    // A capital cannot be in spec.service's alphabet twice: the suffix keeps the two names apart.
    previewService: name.map((text) => `${text}-x-preview`),
    previewReplicas: fc.integer({ min: 1, max: 50 }),
    approve: fc.constantFrom('auto' as const, 'manual' as const),
    autoPromoteAfter: duration,
  },
  { requiredKeys: [] },
)

const route = fc.record(
  { kind: fc.constantFrom('HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'), name, rules: fc.array(name, { maxLength: 3 }) },
  { requiredKeys: ['kind', 'name'] },
)

const level = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true })
const analysis = fc.record(
  {
    args: fc.dictionary(name, fc.string({ maxLength: 20 }), { maxKeys: 3 }),
    warmup: duration,
    bake: duration,
    deadline: duration,
    onInconclusive: fc.constantFrom('pause' as const, 'promote' as const, 'rollback' as const),
    onNoData: fc.constantFrom('pause' as const, 'rollback' as const, 'ignore' as const),
    alpha: level,
    beta: level,
  },
  { requiredKeys: [] },
)
const stage = fc.record({ templates, deadline: duration }, { requiredKeys: ['templates'] })

const common = fc.record(
  {
    rollback: fc.record(
      { window: fc.nat(50), fast: fc.boolean(), keepCanaryFor: duration, revertTemplate: fc.boolean() },
      { requiredKeys: [] },
    ),
    keepOld: duration,
    handOver: fc.record({ at: fc.integer({ min: 1, max: 100 }) }),
    allowOverlap: fc.boolean(),
    progressDeadline: duration,
    paused: fc.boolean(),
    historyLimit: fc.nat(100),
  },
  { requiredKeys: [] },
)

export const arbitrarySpec: fc.Arbitrary<RolloutSpecInput> = fc
  .record({
    workload: name,
    service: maybe(name),
    routes: fc.array(route, { maxLength: 3 }),
    canary: maybe(canary),
    blueGreen: maybe(blueGreen),
    fresh: fc.boolean(),
    from: maybe(fc.integer({ min: 1, max: 6 })),
    analysis: maybe(fc.tuple(analysis, templates, maybe(stage), stage)),
    common,
  })
  .map((one): RolloutSpecInput => {
    const spec: RolloutSpecInput = { workload: { name: one.workload }, ...one.common }
    if (one.service) {
      spec.service = one.service
      spec.traffic = { routes: one.routes }
    }
    if (one.canary) spec.canary = one.canary
    else if (one.blueGreen && one.service) spec.blueGreen = one.blueGreen
    if (spec.canary && one.service && one.routes.length > 0 && one.fresh) spec.canary = { ...spec.canary, baseline: 'fresh' }
    if (one.analysis) {
      const [settings, beside, before, after] = one.analysis
      const steps = spec.canary?.steps ?? []
      if (spec.blueGreen) spec.analysis = { ...settings, ...(before ? { before } : { after }) }
      else spec.analysis = { ...settings, templates: beside, ...(one.from && one.from <= steps.length ? { from: one.from } : {}) }
      if (spec.analysis.templates && steps.length > 0) spec.canary = { ...spec.canary, steps: [...steps, { analyze: {} }] }
    }
    return spec
  })

/** The same with one mistake. */
export const brokenSpec = broken(arbitrarySpec)
