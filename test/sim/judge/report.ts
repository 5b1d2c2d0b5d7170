import { type Origin, targetTable } from '../../../bench/judge/report.ts'
import { percent, type Target } from '../../../bench/judge/targets.ts'
import type { Release } from './release.ts'
import type { Spread, Summary } from './summary.ts'
import { wentWell } from './targets.ts'

type Source = Omit<Origin, 'generator'>

/** Everything as one Markdown page. */
export function report(summaries: readonly Summary[], releases: readonly Release[], met: readonly Target[], origin: Source): string {
  const { machine, seed, history } = origin
  return [
    '# The judge in the loop, measured',
    '',
    `${releases.length} releases, seeds from ${seed}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}.`,
    `${history} Percentages carry exact (Clopper-Pearson) 95 % limits in brackets; the figures do not depend on the machine.`,
    'A share counts as met when the share of the releases made is within its limit; what the limits in brackets leave open, more releases would say.',
    '',
    ...targetTable(met),
    '## By world',
    '',
    'Median / p90 / most. Minutes count from the changed template. Bad answers are of the new version, at the gateway.',
    '',
    '| world | releases | promoted | rolled back | undecided | minutes to promote | minutes to roll back | bad answers | beyond the old version’s | of all requests | weights left too early |',
    `| ${Array.from({ length: 11 }, () => '---').join(' | ')} |`,
    ...summaries.map(row),
    '',
    ...strange(releases),
  ].join('\n')
}

function row(summary: Summary): string {
  const { world, runs, promoted, rolledBack, undecided, minutesToPromote, minutesToRollBack, bad, excess, harmed, leftTooEarly } = summary
  const harmless = world.truth === 'healthy'
  const cells = [
    world.name,
    runs,
    promoted.count,
    rolledBack.count,
    undecided.count,
    told(minutesToPromote, (value) => value.toFixed(1)),
    told(minutesToRollBack, (value) => value.toFixed(1)),
    told(bad, (value) => value.toFixed(0)),
    harmless ? '-' : told(excess, (value) => value.toFixed(1)),
    harmless ? '-' : told(harmed, (value) => percent(value, 3)),
    leftTooEarly ? `${leftTooEarly.count} of ${leftTooEarly.of}` : '-',
  ]
  return `| ${cells.join(' | ')} |`
}

function told(spread: Spread | undefined, show: (value: number) => string): string {
  return spread ? [spread.median, spread.p90, spread.max].map(show).join(' / ') : '-'
}

/** Releases that did not go as they should, each with the words that make it again. */
function strange(releases: readonly Release[]): readonly string[] {
  const some = releases.filter((release) => !wentWell(release))
  if (some.length === 0) return []
  return ['## Releases that did not go as they should', '', ...some.map(lineOf), '']
}

/** A release, with the words that make it again. */
export function lineOf({ world, seed, result, bad, lost, departs, because }: Release): string {
  const rest = [`${bad} bad answers`, ...(lost > 0 ? [`${lost} lost`] : []), ...(departs === undefined ? [] : [`judged again: ${departs}`])]
  return `* \`npm run sim:judge -- --world '${world}' --from ${seed} --runs 1\`: ${result}, ${rest.join(', ')}: ${because}`
}

/** Everything as JSON: a line for each target, world and release, so that a change is a readable difference. */
export function figures(summaries: readonly Summary[], releases: readonly Release[], met: readonly Target[], origin: Source): string {
  const worlds = summaries.map(({ world: { name, truth }, ...rest }) => ({ world: name, truth, ...rest }))
  const parts: Readonly<Record<string, unknown>> = {
    ...origin,
    targets: met,
    worlds,
    releases: releases.map(({ because: _, ...release }) => release),
  }
  const lines = Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}: ${spread(part)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

function spread(part: unknown): string {
  return Array.isArray(part) ? `[\n${part.map((one) => `  ${JSON.stringify(one, rounded)}`).join(',\n')}\n]` : JSON.stringify(part, rounded)
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
