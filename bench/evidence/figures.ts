import type { Origin } from '../judge/report.ts'
import type { Target } from '../judge/targets.ts'
import type { Release } from './release.ts'
import type { Summary } from './summary.ts'

/** Everything as JSON: a line for each target, kind and release, so that a change is a readable difference. */
export function figures(
  summaries: readonly Summary[],
  releases: readonly Release[],
  targets: readonly Target[],
  origin: Omit<Origin, 'generator'>,
): string {
  const parts: Readonly<Record<string, unknown>> = {
    ...origin,
    results: Object.fromEntries(summaries.map((summary) => [summary.kind, headline(summary)])),
    targets,
    kinds: summaries,
    releases: releases.map(({ because: _, ...release }) => release),
  }
  const lines = Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}: ${spread(part)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

/** The few figures that the README quotes. */
function headline(summary: Summary): Readonly<Record<string, number>> {
  const { runs, promoted, rolledBack, minutesToPromote, minutesToRollBack, bad, excess, fewBad, millisecondsToZero } = summary
  const known = {
    runs,
    promoted: promoted.count,
    rolledBack: rolledBack.count,
    medianMinutesToPromote: minutesToPromote?.median,
    medianMinutesToRollBack: minutesToRollBack?.median,
    medianBad: bad?.median,
    mostBad: bad?.max,
    medianExcess: excess?.median,
    p90Excess: excess?.p90,
    percentWithFewBad: 100 * fewBad.share,
    mostMillisecondsToZero: millisecondsToZero?.max,
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value.toFixed(1))]])),
  )
}

function spread(part: unknown): string {
  return Array.isArray(part) ? `[\n${part.map((one) => `  ${JSON.stringify(one, rounded)}`).join(',\n')}\n]` : JSON.stringify(part, rounded)
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
