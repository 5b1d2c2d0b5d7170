import type { Contest } from './contest.ts'
import { headline } from './headline.ts'
import type { Origin } from './report.ts'
import type { Target } from './targets.ts'

/** Everything as JSON: a line for each target, world and ramp, numbers to five digits, so that a change is a readable difference. */
export function figures({ worlds, ramps, nab, laws, speed, kayentaSpeed }: Contest, targets: readonly Target[], origin: Origin): string {
  const parts: Readonly<Record<string, unknown>> = {
    ...origin,
    results: headline(worlds.map(({ world: { name }, cells }) => ({ name, cells }))),
    targets,
    worlds: worlds.map(({ world: { name, family, truth, stress, onset, deadline }, cells }) => ({
      name,
      family,
      truth,
      stress,
      onset,
      deadline,
      cells,
    })),
    ramps,
    nab: nab ?? 'not present',
    laws,
    'speed, milliseconds for 1,000 intervals': speed,
    'speed, Kayenta judgements of 10 metrics a second': kayentaSpeed,
  }
  const lines = Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : [`${JSON.stringify(name)}: ${spread(part)}`]))
  return `{\n${lines.join(',\n')}\n}\n`
}

function spread(part: unknown): string {
  return Array.isArray(part) ? `[\n${part.map((one) => `  ${JSON.stringify(one, rounded)}`).join(',\n')}\n]` : JSON.stringify(part, rounded)
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
