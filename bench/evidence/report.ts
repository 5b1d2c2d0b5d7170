import { type Origin, targetTable } from '../judge/report.ts'
import type { Target } from '../judge/targets.ts'
import type { Release } from './release.ts'
import type { Spread, Summary } from './summary.ts'
import { wentWell } from './targets.ts'

/** Everything as one Markdown page. */
export function report(
  summaries: readonly Summary[],
  releases: readonly Release[],
  met: readonly Target[],
  origin: Omit<Origin, 'generator'>,
): string {
  const { machine, seed } = origin
  return [
    '# Whole releases, measured',
    '',
    `Seed ${seed}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}.`,
    `${origin.history} Percentages carry exact (Clopper-Pearson) 95 % limits in brackets; the figures do not depend on the machine.`,
    '',
    ...targetTable(met),
    ...kinds(summaries),
    ...strange(releases, seed),
  ].join('\n')
}

function kinds(summaries: readonly Summary[]): readonly string[] {
  const rows: readonly (readonly [string, (summary: Summary) => string])[] = [
    ['releases', ({ runs }) => `${runs}`],
    ['promoted', ({ promoted }) => `${promoted.count}`],
    ['rolled back', ({ rolledBack }) => `${rolledBack.count}`],
    ['undecided after an hour', ({ undecided }) => `${undecided.count}`],
    ['minutes to the promotion', ({ minutesToPromote }) => told(minutesToPromote, 1)],
    ['minutes to the roll-back', ({ minutesToRollBack }) => told(minutesToRollBack, 1)],
    ['requests to the new version', ({ requests }) => told(requests)],
    ['bad answers of the new version', ({ bad }) => told(bad)],
    ['bad answers beyond those of the old version', ({ excess }) => told(excess, 1)],
    ['ms from the due instant of the deciding interval to weight 0', ({ millisecondsToZero }) => told(millisecondsToZero)],
    ['requests that no pod answered', ({ lost }) => `${lost}`],
    ['incidents that began within the run', ({ hit }) => (hit ? `${hit.count}` : '-')],
  ]
  return [
    '## By kind',
    '',
    'Median / p90 / most. Minutes count from the changed template.',
    '',
    `| | ${summaries.map(({ kind }) => kind).join(' | ')} |`,
    `| --- ${'| --- '.repeat(summaries.length)}|`,
    ...rows.map(([what, show]) => `| ${what} | ${summaries.map(show).join(' | ')} |`),
    '',
  ]
}

function told(spread: Spread | undefined, digits = 0): string {
  return spread ? [spread.median, spread.p90, spread.max].map((value) => value.toFixed(digits)).join(' / ') : '-'
}

/** Releases that did not go as they should, each with the words that make it again. */
export function strange(releases: readonly Release[], seed: number): readonly string[] {
  const some = releases.filter((release) => !wentWell(release))
  if (some.length === 0) return []
  const lines = some.map(
    ({ kind, number, result, bad, lost, because }) =>
      `* \`npm run bench:evidence -- --only '${kind}' --seed ${seed} --at ${number}\`: ${result}, ${bad} bad answers, ${lost} lost: ${because}`,
  )
  return ['## Releases that did not go as they should', '', ...lines, '']
}
