import fc from 'fast-check'
import type { z } from 'zod'
import type { RolloutSpecInput } from '../rollout.ts'
import type { Step } from '../step.ts'

/** Random Rollouts that the API server takes: made from the kind's meaning, not from its schema. */

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/)
const duration = fc.tuple(fc.nat(99), fc.nat(59), fc.integer({ min: 1, max: 59 })).map(([h, m, s]) => `${h}h${m}m${s}s`)
const percent = fc.nat(100)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const step: fc.Arbitrary<z.input<typeof Step>> = fc.oneof(
  percent.map((weight) => ({ weight })),
  fc.constant({ pause: {} }),
  duration.map((time) => ({ pause: { for: time } })),
  fc.oneof(
    fc.nat(100).map((replicas) => ({ scale: { replicas } })),
    percent.map((share) => ({ scale: { percent: share } })),
    fc.constant({ scale: { matchTraffic: true as const } }),
  ),
)

const canary = fc.oneof(
  fc.constant({}),
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }) }),
  fc.record(
    { ramp: fc.record({ weights: fc.array(percent, { minLength: 1, maxLength: 6 }), interval: duration }, { requiredKeys: [] }) },
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
    return spec
  })

const junk = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant([]),
  fc.constant({}),
  fc.constantFrom('fresh', 'manual', '10m', '0s', '5%', 'Deployment', 'DaemonSet', 'web'),
)

/** A valid spec in which one random place was overwritten, removed or added to. */
export const brokenSpec: fc.Arbitrary<unknown> = fc
  .tuple(
    arbitrarySpec,
    fc.nat(),
    junk,
    fc.constantFrom('overwrite' as const, 'remove' as const, 'add' as const),
    fc.constantFrom('weight', 'steps', 'colour'),
  )
  .map(([spec, where, value, how, key]) => {
    const copy = structuredClone(spec) as unknown
    const places: { holder: Record<string | number, unknown>; key: string }[] = []
    const visit = (holder: unknown) => {
      if (typeof holder !== 'object' || holder === null) return
      for (const [inner, child] of Object.entries(holder)) {
        places.push({ holder: holder as Record<string, unknown>, key: inner })
        visit(child)
      }
    }
    visit(copy)
    const place = places[where % places.length]
    if (!place) return copy
    if (how === 'overwrite') place.holder[place.key] = value
    else if (how === 'remove' && !Array.isArray(place.holder)) delete place.holder[place.key]
    else if (how === 'add' && !Array.isArray(place.holder)) place.holder[key] = value
    return copy
  })
