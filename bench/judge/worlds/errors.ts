import { errors, restarts } from './sources.ts'
import { stepped, type World, type WorldSpec, world } from './world.ts'

const steep = stepped([1, 5, 25, 50], 15)
const gentle = stepped([5, 10, 25, 50], 15)

function clean(name: string, spec: Omit<WorldSpec, 'name' | 'family' | 'truth'>): World {
  return world({ name, family: 'errors', truth: 'clean', ...spec })
}

function harmed(name: string, factor: number, rate: number, spec: Partial<WorldSpec> = {}, dispersion = 1): World {
  return world({
    name,
    family: 'errors',
    truth: 'bad',
    rpm: 12_000,
    sources: [errors({ rate, factor, dispersion })],
    oracle: { metric: 'errors', ratio: factor, dispersion },
    ...spec,
  })
}

/** Error rates alone: clean ones of every kind, and raised ones. */
export const errorWorlds: readonly World[] = [
  clean('errors 0.1 %', { rpm: 12_000, sources: [errors({ rate: 0.001 })] }),
  clean('errors 0.5 %', { rpm: 12_000, sources: [errors({ rate: 0.005 })] }),
  clean('errors 0.8 %', { rpm: 12_000, sources: [errors({ rate: 0.008 })] }),
  clean('errors 5 %', { rpm: 12_000, sources: [errors({ rate: 0.05 })] }),
  clean('errors 0.5 %, 5 shared incidents', { rpm: 12_000, incidents: 5, sources: [errors({ rate: 0.005 })] }),
  clean('errors drift 0.5 to 2 %, weights 5/10/25/50', {
    rpm: 12_000,
    weight: gentle,
    sources: [errors({ rate: (progress) => 0.005 + 0.015 * progress })],
  }),
  clean('errors drift 0.5 to 2 %, weights 1/5/25/50', {
    rpm: 12_000,
    weight: steep,
    sources: [errors({ rate: (progress) => 0.005 + 0.015 * progress })],
  }),
  ...[2, 5, 10].map((dispersion) =>
    clean(`errors 1 %, dispersion ${dispersion}`, { rpm: 12_000, sources: [errors({ rate: 0.01, dispersion })], stress: dispersion > 9 }),
  ),
  ...[60, 600, 60_000].map((rpm) => clean(`errors 0.5 %, ${rpm} requests/min`, { rpm, sources: [errors({ rate: 0.005 })] })),
  ...[5, 20].map((count) =>
    clean(`${count} error rates of 0.5 %`, {
      rpm: 12_000,
      sources: Array.from({ length: count }, (_, at) => errors({ name: `errors-${at + 1}`, rate: 0.005, share: 1 / count })),
    }),
  ),
  clean('restarts, 2 a minute', { rpm: 12_000, sources: [restarts(2 / 12_000)] }),
  world({
    name: 'errors +10 %',
    family: 'errors',
    truth: 'grey',
    rpm: 12_000,
    sources: [errors({ rate: 0.01, factor: 1.1 })],
    oracle: { metric: 'errors', ratio: 1.1, dispersion: 1 },
  }),
  harmed('errors x1.5 at 0.1 %', 1.5, 0.001, { truth: 'grey' }),
  harmed('errors x1.5 at 1 %', 1.5, 0.01, { truth: 'grey' }),
  // A doubling of 0.1 % stays below the margin of a pass, half as much again and 0.1 %: found or passed, either is right.
  harmed('errors x2 at 0.1 %', 2, 0.001, { truth: 'grey' }),
  harmed('errors x2', 2, 0.005),
  harmed('errors x5', 5, 0.001),
  harmed('errors x2 from minute 30', 2, 0.005, { onset: 31 }),
  harmed('errors x2 from the 50 % step', 2, 0.005, { weight: gentle, onset: 46 }),
  harmed('errors x2 at 1 %, dispersion 5', 2, 0.01, {}, 5),
  harmed('errors x5 that recover after 5 min', 5, 0.005, { recovers: 6 }),
  world({
    name: 'errors 0 to 0.5 %',
    family: 'errors',
    truth: 'bad',
    rpm: 12_000,
    sources: [errors({ rate: 0, extra: 0.005 })],
    oracle: { metric: 'errors', ratio: 50, dispersion: 1 },
  }),
  world({
    name: 'errors x5 of one endpoint of ten',
    family: 'errors',
    truth: 'bad',
    rpm: 12_000,
    sources: Array.from({ length: 10 }, (_, at) => errors({ name: `endpoint-${at}`, rate: 0.005, share: 0.1, factor: at === 0 ? 5 : 1 })),
    oracle: { metric: 'endpoint-0', ratio: 5, dispersion: 1 },
  }),
  harmed('few errors x2: bad answers served', 2, 0.001, { rpm: 3000, deadline: 240, truth: 'grey' }),
  harmed('few errors x5: bad answers served', 5, 0.001, { rpm: 3000, deadline: 240 }),
]
