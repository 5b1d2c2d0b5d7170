import { errors, gauge, latency } from './sources.ts'
import { type World, type WorldSpec, world } from './world.ts'

/**
 * Exactly at the margin of a pass, with a tolerance so wide that no fail comes first unless said: how often the test of harmlessness alone errs, over
 * four hours of looks.
 */
function atMargin(name: string, sources: WorldSpec['sources'], metrics: WorldSpec['metrics']): World {
  return world({
    name: `at the margin: ${name}`,
    family: 'margin',
    truth: 'bad',
    rpm: 12_000,
    deadline: 240,
    plan: { bake: 0 },
    sources,
    metrics,
  })
}

const silent = { tolerance: 4 }

export const marginWorlds: readonly World[] = [
  atMargin('errors 0.1 %', [errors({ rate: 0.001, factor: 1.5, extra: 0.001 })], { errors: silent }),
  atMargin('errors 1 %', [errors({ rate: 0.01, factor: 1.5, extra: 0.001 })], { errors: silent }),
  atMargin('errors 1 %, dispersion 5', [errors({ rate: 0.01, factor: 1.5, extra: 0.001, dispersion: 5 })], { errors: silent }),
  atMargin('errors 1 %, 20 % beyond', [errors({ rate: 0.01, factor: 1.5 * 1.2, extra: 0.0012 })], { errors: silent }),
  // The shift of a pass is never below that of a fail: so here the margin is the tolerance too.
  atMargin('latency, three buckets', [latency({ factor: 2 ** (3 / 8) })], { latency: { tolerance: 0.3 } }),
  atMargin('cpu, AR 0', [gauge({ factor: 1.3, correlation: 0 })], { cpu: silent }),
  atMargin('cpu, AR 0.8', [gauge({ factor: 1.3 })], { cpu: silent }),
  atMargin('cpu, AR 0.8, the fail test on', [gauge({ factor: 1.3 })], {}),
]
