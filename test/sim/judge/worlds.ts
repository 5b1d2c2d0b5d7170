import type { Stream } from '../../../bench/judge/random/philox.ts'
import type { Json } from '../../cluster/apiClient.ts'
import { errors, latency, memory } from '../../dsl/evidence.ts'
import { anyIncident, between, type Service, type ServiceSpec, service, usualErrors, usualRps } from './service.ts'
import type { Disturbance } from './source.ts'

/** Releases of one kind, of which is known what is true. */
export interface World {
  readonly name: string
  /** healthy: must not be rolled back. harmful: must not be promoted. open: nothing is promised, the figures are shown. */
  readonly truth: 'healthy' | 'harmful' | 'open'
  readonly promises: Promises
  /** How many of a hundred releases in every world there are in this one. */
  readonly portion: number
  /** Options of the shop. */
  readonly shop: Json
  /** What holds for one release. */
  begin(stream: Stream): ServiceSpec
}

/** What is promised of a world besides its truth. Shares are of the releases, the rest medians. */
export interface Promises {
  readonly rolledBackAtMost?: number
  readonly promotedAtLeast?: number
  readonly foundAtLeast?: number
  readonly promotedAtMost?: number
  readonly excess?: number
  readonly minutes?: number
  /** Bad answers, all of them. */
  readonly bad?: number
  /** Median share of all requests that were harmed. */
  readonly budget?: number
  /** The harm is the same from the beginning on, so that each weight says whether it may be left. */
  readonly steady?: boolean
}

const minute = 60_000
const cpu: Json = { name: 'cpu', gauge: { query: 'container_cpu_usage_cores{namespace="{{namespace}}",pod=~"{{arm.pods}}"}' } }
/** As a Rollout has it that says nothing of it. */
const asInstalled = { warmup: '30s', bake: '5m' }

/** analysis: alpha 5 %; docs: 0.5 % in ordinary worlds, 1 % in the noisiest. */
const ordinary: Promises = { rolledBackAtMost: 0.005, promotedAtLeast: 0.98 }
/** Nothing is promised of how soon, or whether within an hour. */
const unhurried: Promises = { rolledBackAtMost: 0.005 }
/** beta is 5 %; the bench of the judge alone asks for 1 % at these. */
const gross: Promises = { promotedAtMost: 0.01, foundAtLeast: 0.99 }

type Begin = ServiceSpec | ((stream: Stream) => ServiceSpec)

const world = (name: string, truth: World['truth'], promises: Promises, spec: Begin, more: Partial<World> = {}): World => ({
  name,
  truth,
  promises,
  portion: 100,
  shop: {},
  begin: typeof spec === 'function' ? spec : () => spec,
  ...more,
})
const healthy = (name: string, spec: Begin, more: Partial<World> = {}, promises = ordinary) => world(name, 'healthy', promises, spec, more)
const harmful = (name: string, spec: Begin, promises: Promises, more: Partial<World> = {}) => world(name, 'harmful', promises, spec, more)

const times = (factor: number, extra = 0): ServiceSpec => ({ harm: { errors: { factor, extra } } })
const all = { shop: { metrics: [errors, latency, cpu, memory] } }

/** What may be wrong with a source for a while, some seconds after the change. */
const disturbance = (stream: Stream, kind: Disturbance['kind'], longest: number, by?: number): Pick<ServiceSpec, 'disturbances'> => ({
  disturbances: [
    { kind, after: between(stream, 0, 90_000), length: between(stream, 15_000, longest), ...(by === undefined ? {} : { by }) },
  ],
})

const disorders: readonly ((stream: Stream) => Pick<ServiceSpec, 'disturbances'>)[] = [
  (stream) => disturbance(stream, 'slow', 5 * minute, 1_500),
  (stream) => disturbance(stream, 'silent', 3 * minute),
  (stream) => disturbance(stream, 'refusing', 3 * minute),
  (stream) => disturbance(stream, 'failing', 3 * minute),
  (stream) => disturbance(stream, 'empty', 3 * minute),
  (stream) => disturbance(stream, 'stale', 3 * minute),
  (stream) => disturbance(stream, 'lagging', 5 * minute, between(stream, 2_000, 40_000)),
]
const disordered = (stream: Stream) => disorders[Math.floor(stream.uniform() * disorders.length)]?.(stream) ?? {}

/** A quarter of a minute in which the counts of both versions, or of the new one, say something else than the truth. */
const lie = (stream: Stream, share: number, whose: 'both' | 'new'): Service['told'] => {
  const after = between(stream, 0, 120_000)
  return (version, { since }) => (since >= after && since < after + 15_000 && (whose === 'both' || version === 'new') ? share : undefined)
}

export const worlds: readonly World[] = [
  healthy('healthy', {}, { portion: 300 }),
  healthy('healthy, errors in clusters of 5', { dispersion: 5 }, { portion: 50 }, unhurried),
  healthy('healthy, as installed', { dispersion: 2 }, { shop: { use: asInstalled } }),
  healthy('healthy, four metrics', { dispersion: 2 }, all),
  healthy('healthy, without history', { dispersion: 2 }, { shop: { historyMs: 0 } }),
  healthy('healthy, noisy', { dispersion: 9, noise: 0.08 }, { ...all, portion: 25 }, { rolledBackAtMost: 0.01 }),
  healthy('healthy, callers inside the cluster', { direct: 0.5 }),
  healthy('base rate drifts from 0.5 % to 2 %', { errors: (since) => usualErrors * (1 + 3 * progress(since, 4 * minute)) }),
  healthy('traffic of a steep day', (stream) => ({ rps: day(stream) })),
  healthy('incident of a dependency', (stream) => ({ incident: anyIncident(stream) }), { portion: 150 }, { rolledBackAtMost: 0 }),
  healthy('missing samples', { missing: 0.2 }),
  healthy('pods that restart', { restarts: 0.5 }),
  healthy('healthy, source out of order', disordered, { portion: 200 }, unhurried),
  healthy('healthy, an interval of lies about both', (stream) => ({ told: lie(stream, 0.3, 'both') }), { portion: 50 }, unhurried),

  harmful('errors x2', times(2), { ...gross, excess: 54, minutes: 4.5, budget: 0.001, steady: true }, { portion: 150 }),
  harmful('errors x5', times(5), { ...gross, excess: 18, minutes: 1.5, budget: 0.001, steady: true }),
  harmful('errors x10', times(10), { ...gross, bad: 39, budget: 0.001, steady: true }, { portion: 200 }),
  harmful('errors x10, in clusters of 5', { ...times(10), dispersion: 5 }, { ...gross, steady: true }),
  harmful('all fail', times(1, 1), { ...gross, excess: 22.5, minutes: 0.375, steady: true }),
  harmful('errors x10, without history', times(10), gross, { shop: { historyMs: 0 } }),
  harmful('exactly at the final margin', times(1.5, 0.001), { promotedAtMost: 0.05, steady: true }),
  harmful('latency +25 %', { harm: { latency: 1.25 } }, gross),
  harmful('cpu +50 %', { harm: { cpu: 1.5 } }, gross, all),
  harmful('errors x2 from the 50 % step', fromHalf(2), gross, { shop: { use: asInstalled } }),
  harmful(
    'errors x10 in an incident',
    (stream) => ({ ...times(10), incident: anyIncident(stream) }),
    { promotedAtMost: 0.05 },
    { portion: 150 },
  ),
  harmful('errors x10, pods that restart', { ...times(10), restarts: 0.5 }, gross),
  harmful(
    'errors x10, source out of order',
    (stream) => ({ ...times(10), ...disordered(stream) }),
    { promotedAtMost: 0.05 },
    { portion: 200 },
  ),
  harmful(
    'errors x10, an interval of lies in its favour',
    (stream) => ({ ...times(10), told: lie(stream, 0, 'new') }),
    { promotedAtMost: 0.05 },
    { portion: 50 },
  ),

  harmful('errors x10 from the second minute on', late(10), { promotedAtMost: 0.05 }, { shop: { use: asInstalled } }),
  world(
    'memory leaks, a tenth a minute',
    'open',
    {},
    { harm: { memory: (minutes) => 1 + 0.1 * minutes } },
    { shop: { ...all.shop, use: asInstalled } },
  ),
  world('errors x1.5, between tolerance and margin', 'open', {}, times(1.5)),
  world('slandered for an interval: 10 % errors', 'open', {}, (stream) => ({ told: lie(stream, 0.1, 'new') }), { portion: 50 }),
]

export function worldNamed(name: string): World {
  const found = worlds.find((one) => one.name === name)
  if (!found) throw new Error(`there is no world '${name}': there are ${worlds.map((one) => `'${one.name}'`).join(', ')}`)
  return found
}

/** The truth about release `seed` of a world, and everything random in it. */
export const serviceOf = (world: World, stream: Stream): Service => service(world.begin(stream))

function progress(since: number, over: number): number {
  return Math.min(1, Math.max(0, since / over))
}

/** Between a fifth and nine fifths of the usual, up and down in a third of an hour. */
function day(stream: Stream): (since: number) => number {
  const phase = stream.uniform()
  return (since) => usualRps * (1 + 0.8 * Math.sin(2 * Math.PI * (phase + since / (20 * minute))))
}

function fromHalf(factor: number): ServiceSpec {
  return { harm: { errors: { factor }, shows: ({ weight }) => weight >= 50 } }
}

function late(factor: number): ServiceSpec {
  return { harm: { errors: { factor }, shows: ({ since }) => since >= 2 * minute } }
}
