import { type GaugeSpec, gauge } from './sources.ts'
import { type World, world } from './world.ts'

function of(name: string, truth: World['truth'], spec: GaugeSpec): World {
  const stress = truth === 'clean' && (spec.correlation ?? 0) > 0.9
  return world({ name: `cpu ${name}`, family: 'gauges', truth, stress, rpm: 6000, sources: [gauge(spec)] })
}

/** Gauges alone, noise of the canary 4 % unless said. */
export const gaugeWorlds: readonly World[] = [
  ...[0, 0.5, 0.8, 0.95].map((correlation) => of(`as ever, AR ${correlation}`, 'clean', { correlation })),
  of('as ever, noise 6 %, AR 0.8', 'clean', { noise: 0.06 }),
  world({
    name: 'ten gauges, AR 0.5',
    family: 'gauges',
    truth: 'clean',
    rpm: 6000,
    sources: Array.from({ length: 10 }, (_, at) => gauge({ name: `gauge-${at}`, correlation: 0.5 })),
  }),
  of('+25 %', 'grey', { factor: 1.25 }),
  of('+50 %', 'bad', { factor: 1.5 }),
  world({
    name: 'memory +1 % a minute',
    family: 'gauges',
    truth: 'grey',
    rpm: 6000,
    sources: [gauge({ name: 'memory', leak: 0.01 })],
  }),
  world({
    name: 'memory +1 % a minute, trend on',
    family: 'gauges',
    truth: 'grey',
    rpm: 6000,
    sources: [gauge({ name: 'memory', leak: 0.01 })],
    metrics: { memory: { trend: true } },
  }),
]
