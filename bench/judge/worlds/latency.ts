import { type LatencySpec, latency } from './sources.ts'
import { type World, world } from './world.ts'

function of(name: string, truth: World['truth'], spec: LatencySpec = {}, noise?: [sd: number, correlation: number]): World {
  return world({
    name: `latency ${name}`,
    family: 'latency',
    truth,
    rpm: 6000,
    stress: truth === 'clean' && (noise?.[0] ?? 0) >= 0.05,
    sources: [latency({ ...spec, ...(noise ? { noise: noise[0], correlation: noise[1] } : {}) })],
  })
}

/** Latency histograms alone: 600 canary requests a minute, swings of 15 % that both arms share. */
export const latencyWorlds: readonly World[] = [
  of('as ever', 'clean'),
  of('as ever, classic buckets', 'clean', { layout: 'classic' }),
  of('noise 3 %, AR 0.5', 'clean', {}, [0.03, 0.5]),
  of('noise 5 %, AR 0.8', 'clean', {}, [0.05, 0.8]),
  of('noise 5 %, AR 0.8, classic buckets', 'clean', { layout: 'classic' }, [0.05, 0.8]),
  of('+10 %', 'grey', { factor: 1.1 }),
  of('+25 %', 'bad', { factor: 1.25 }),
  of('+25 %, classic buckets', 'bad', { factor: 1.25, layout: 'classic' }),
  of('x2', 'bad', { factor: 2 }),
  of('x2, classic buckets', 'bad', { factor: 2, layout: 'classic' }),
  of('1 % of requests 10 times slower', 'bad', { tail: { share: 0.01, factor: 10 } }),
  of('x5 in 20 % of the minutes', 'bad', { spells: { share: 0.2, factor: 5 } }),
]
