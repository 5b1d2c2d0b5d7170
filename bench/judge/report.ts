import type { Contest, RampRow, WorldSummary } from './contest.ts'
import { contenders } from './judges/all.ts'
import type { Cell, Quantiles, Share } from './summary.ts'
import { percent, shown, type Target } from './targets.ts'

/** Where the figures come from. */
export interface Origin {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string }
  readonly generator: string
  readonly seed: number
  readonly runs: number
  readonly history: string
}

/** Everything as one Markdown page. */
export function report(contest: Contest, met: readonly Target[], origin: Origin): string {
  const { machine } = origin
  return [
    '# The judge, measured',
    '',
    `${origin.generator}, seed ${origin.seed}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}.`,
    `${origin.history} Percentages carry exact (Clopper-Pearson) 95 % limits in brackets; sample sizes are those after "of".`,
    'Every run is watched until its deadline: "failed" counts a fail at any look, also after a pass.',
    '',
    ...targetTable(met),
    ...glance(contest.worlds),
    ...cleanTables(contest.worlds),
    ...harmTables(contest.worlds),
    ...oursTable(contest.worlds),
    ...rampTable(contest.ramps),
    ...nabTable(contest.nab),
  ].join('\n')
}

export function targetTable(targets: readonly Target[]): readonly string[] {
  const rows = targets.map(({ what, limit, measured, met, ci }) => [
    what,
    limit,
    measured,
    `${met ? 'met' : '**missed**'}${ci ? ', gate' : ''}`,
  ])
  return ['## Targets', '', ...table(['target', 'limit', 'measured', ''], rows), '']
}

/** One line a judge: false rollbacks where nothing is wrong, and how soon it finds what is. */
function glance(worlds: readonly WorldSummary[]): readonly string[] {
  const ordinary = worlds.filter(({ world }) => world.truth === 'clean' && !world.stress)
  const named = (name: string): WorldSummary | undefined => worlds.find(({ world }) => world.name === name)
  const healthy = [named('rollout: as ever'), named('rollout: stress')].flatMap((one) => one ?? [])
  const harmful = ['rollout: errors x2', 'rollout: errors x5', 'rollout: latency +25 %', 'errors x2 from minute 30'].flatMap(
    (name) => named(name) ?? [],
  )
  if (ordinary.length === 0 || harmful.length === 0) return []
  const rows = contenders.flatMap(({ name }) => {
    const shares = ordinary.flatMap(({ cells }) => cells[name]?.failed.share ?? [])
    if (shares.length === 0) return []
    const found = ({ cells }: WorldSummary): string => {
      const cell = cells[name]
      return cell ? `${short(cell.failed.share)} / ${cell.minutesToFail?.median ?? '-'}` : '-'
    }
    return [
      [
        name,
        short(Math.max(...shares)),
        ...healthy.map(({ cells }) => short(cells[name]?.failed.share ?? Number.NaN)),
        ...harmful.map(found),
      ],
    ]
  })
  const head = [
    'judge',
    `false rollbacks, worst of ${ordinary.length} ordinary clean worlds`,
    ...healthy.map(({ world }) => `false rollbacks, ${world.name}`),
    ...harmful.map(({ world }) => world.name),
  ]
  return [
    '## At a glance',
    '',
    'Percent of runs; for harmful releases percent found / median minutes after onset.',
    '',
    ...table(head, rows),
    '',
  ]
}

function cleanTables(worlds: readonly WorldSummary[]): readonly string[] {
  const clean = worlds.filter(({ world: { truth } }) => truth === 'clean')
  return perGroup(clean, 'False rollbacks on healthy releases, percent', ({ failed }) => limits(failed))
}

function harmTables(worlds: readonly WorldSummary[]): readonly string[] {
  const harmful = worlds.filter(({ world: { truth, family } }) => truth !== 'clean' && family !== 'margin')
  return perGroup(
    harmful,
    'Harmful releases: percent found / median minutes after onset / median canary requests / median bad answers',
    ({ failed, early, minutesToFail, requestsServed, badServed }) =>
      [
        `${limits(failed)}${early > 0 ? ` (${early} before)` : ''}`,
        ...(minutesToFail ? [minutesToFail.median, thousands(requestsServed?.median), badServed?.median ?? '-'] : []),
      ].join(' / '),
  )
}

/** One table each for our profiles, for Kayenta, and for the others: side by side they would not fit a page. */
function perGroup(worlds: readonly WorldSummary[], title: string, show: (cell: Cell) => string): readonly string[] {
  if (worlds.length === 0) return []
  const groups: readonly (readonly [string, (name: string) => boolean])[] = [
    ['ours', (name) => name.startsWith('ours')],
    ['Kayenta', (name) => name.startsWith('Kayenta')],
    ['others', (name) => !name.startsWith('ours') && !name.startsWith('Kayenta')],
  ]
  return [
    `## ${title}`,
    '',
    ...groups.flatMap(([group, belongs]) => {
      const names = contenders.map(({ name }) => name).filter(belongs)
      const used = names.filter((name) => worlds.some(({ cells }) => cells[name]))
      if (used.length === 0) return []
      const head = used.map((name) => `${name} (of ${Math.max(...worlds.map(({ cells }) => cells[name]?.failed.of ?? 0))})`)
      const rows = worlds.map(({ world, cells }) => [
        `${world.name}${world.stress ? ' (stress)' : world.truth === 'grey' ? ' (grey)' : ''}`,
        ...used.map((name) => {
          const cell = cells[name]
          return cell ? show(cell) : '-'
        }),
      ])
      return [`### ${group}`, '', ...table(['world', ...head], rows), '']
    }),
  ]
}

function oursTable(worlds: readonly WorldSummary[]): readonly string[] {
  if (worlds.length === 0) return []
  const rows = worlds.flatMap(({ world, cells }) =>
    ['ours, alpha 5 %', 'ours, alpha 5 %, no history'].flatMap((name) => {
      const cell = cells[name]
      if (!cell) return []
      const { promoted, rolledBack, undecided, minutesToPass } = cell
      return [[world.name, name, limits(promoted), limits(rolledBack), limits(undecided), range(minutesToPass), `${promoted.of}`]]
    }),
  )
  return [
    '## Rollouts that end with the verdict, percent',
    '',
    ...table(['world', 'judge', 'promoted', 'rolled back', 'undecided', 'minutes to promote, median / p90', 'runs'], rows),
    '',
  ]
}

function rampTable(rows: readonly RampRow[]): readonly string[] {
  if (rows.length === 0) return []
  return [
    '## The evidence ramp 1/5/25/50, closed loop, history and both engines on',
    '',
    'In square brackets what a simulation of the bare kernel gave, without engines, dispersion and history.',
    '',
    ...table(
      [
        'cell',
        'promoted',
        'rolled back',
        'minutes to promote',
        'minutes to roll back',
        'bad answers of those rolled back',
        'beyond those of the old version',
      ],
      rows.map(({ cell, kind, expected, summary }) => [
        cell.name,
        shown(summary.promoted) + wished(expected.promoted === undefined ? undefined : percent(expected.promoted)),
        shown(summary.rolledBack),
        range(summary.minutesToPromote) + (kind === 'healthy' ? wished(expected.minutes?.join(' / ')) : ''),
        range(summary.minutesToRollBack) + (kind === 'healthy' ? '' : wished(expected.minutes?.[0])),
        range(summary.badServed),
        range(summary.excessServed) + wished(expected.bad?.join(' / ')),
      ]),
    ),
    '',
  ]
}

function wished(text: string | number | undefined): string {
  return text === undefined ? '' : ` [${text}]`
}

function nabTable(nab: Contest['nab']): readonly string[] {
  const title = '## Real series (NAB), arms by random swap inside pairs, windows of 120 points, both directions'
  if (!nab) return [title, '', 'NAB: not present', '']
  const judges = Object.keys(Object.values(nab)[0] ?? {})
  const rows = Object.entries(nab).map(([factor, cells]) => [
    factor === 'x1' ? 'A/A' : factor,
    ...judges.map((judge) => {
      const cell = cells[judge]
      return cell ? `${limits(cell.fired)}${cell.pairs ? ` / ${cell.pairs.median}` : ''} of ${cell.fired.of}` : '-'
    }),
  ])
  return [title, '', 'Percent of windows in which it fired / median pairs until then.', '', ...table(['series', ...judges], rows), '']
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

function limits({ share, low, high }: Share): string {
  return `${short(share)} (${short(low)}-${short(high)})`
}

function short(share: number): string {
  return Number.isNaN(share) ? '-' : `${Number((100 * share).toFixed(share < 0.1 ? 2 : 1))}`
}

function range(quantiles: Quantiles | undefined): string {
  return quantiles ? `${quantiles.median} / ${quantiles.p90}` : '-'
}

function thousands(count: number | undefined): string {
  if (count === undefined) return '-'
  return count < 1000 ? `${count}` : `${Number((count / 1000).toFixed(1))}k`
}
