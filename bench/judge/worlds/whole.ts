import { counterResets, lateData, missingScrapes, podRestarts } from './collector.ts'
import { type ErrorsSpec, errors, type GaugeSpec, gauge, type LatencySpec, latency } from './sources.ts'
import { stepped, type World, type WorldSpec, world } from './world.ts'

interface Parts {
  readonly errors?: Partial<ErrorsSpec>
  readonly latency?: LatencySpec
  readonly cpu?: GaugeSpec
  readonly memory?: GaugeSpec
}

/** Errors 0.5 % in clusters, a latency histogram, CPU and memory; 6,000 requests a minute, 600 of them the canary's: three errors a minute. */
function rollout(name: string, truth: World['truth'], parts: Parts = {}, spec: Partial<WorldSpec> = {}): World {
  return world({
    name: `rollout: ${name}`,
    family: 'whole',
    truth,
    rpm: 6000,
    sources: [
      errors({ rate: 0.005, dispersion: 2, ...parts.errors }),
      latency(parts.latency),
      gauge({ ...parts.cpu, name: 'cpu' }),
      gauge({ ...parts.memory, name: 'memory' }),
    ],
    ...spec,
  })
}

/** Whole rollouts of four metrics, healthy and harmed, and what collectors do to data. */
export const wholeWorlds: readonly World[] = [
  rollout('as ever', 'clean'),
  rollout('as ever, 5 shared incidents', 'clean', {}, { incidents: 5 }),
  rollout('as ever, weights 5/10/25/50', 'clean', {}, { weight: stepped([5, 10, 25, 50], 15) }),
  rollout('as ever, 60,000 requests/min', 'clean', {}, { rpm: 60_000 }),
  ...[6000, 60_000].map((rpm) =>
    world({
      name: `errors and latency only, ${rpm} requests/min`,
      family: 'whole',
      truth: 'clean',
      rpm,
      sources: [errors({ rate: 0.005, dispersion: 2 }), latency()],
    }),
  ),
  rollout(
    'stress',
    'clean',
    {
      errors: { dispersion: 9 },
      latency: { noise: 0.05, correlation: 0.8 },
      cpu: { noise: 0.08, correlation: 0.9 },
      memory: { noise: 0.08, correlation: 0.9 },
    },
    { stress: true },
  ),
  rollout('missing scrapes', 'clean', {}, { collect: missingScrapes(0.05) }),
  rollout('counter resets', 'clean', {}, { collect: counterResets(0.05) }),
  rollout('late data', 'clean', {}, { collect: lateData(0.05) }),
  rollout('pod restarts', 'clean', {}, { collect: podRestarts(0.005) }),
  rollout('errors x1.5', 'grey', { errors: { factor: 1.5 } }),
  rollout('errors x2', 'bad', { errors: { factor: 2 } }),
  rollout('errors x5', 'bad', { errors: { factor: 5 } }),
  rollout('latency +10 %', 'grey', { latency: { factor: 1.1 } }),
  rollout('latency +25 %', 'bad', { latency: { factor: 1.25 } }),
  rollout('latency x2', 'bad', { latency: { factor: 2 } }),
  rollout('1 % of requests 10 times slower', 'bad', { latency: { tail: { share: 0.01, factor: 10 } } }),
  rollout('cpu +25 %', 'grey', { cpu: { factor: 1.25 } }),
  rollout('cpu +50 %', 'bad', { cpu: { factor: 1.5 } }),
  rollout('memory +1 % a minute', 'grey', { memory: { leak: 0.01 } }),
]
