import { contenders } from './judges/all.ts'
import { type KayentaSpeed, measureKayentaSpeed } from './kayentaSpeed.ts'
import type { LawsResult, LawsTask } from './laws.ts'
import { nabFolder, nabTasks } from './nab.ts'
import type { Options } from './options.ts'
import { type Pool, startPool } from './pool.ts'
import type { RampTask } from './ramp.ts'
import { type ExpectedCell, rampCells } from './rampCells.ts'
import { type RunResult, runsPerHistory, type WorldTask } from './run.ts'
import { measureSpeed, type Speed } from './speed.ts'
import { type Cell, cellOf, nabSummary, type RampSummary, rampSummary } from './summary.ts'
import { worlds } from './worlds/all.ts'
import type { World } from './worlds/world.ts'

export interface WorldSummary {
  readonly world: World
  readonly cells: Readonly<Record<string, Cell>>
}

export interface RampRow extends ExpectedCell {
  readonly summary: RampSummary
}

/** Everything that was measured. */
export interface Contest {
  readonly worlds: readonly WorldSummary[]
  readonly ramps: readonly RampRow[]
  /** By factor. */
  readonly nab?: Readonly<Record<string, ReturnType<typeof nabSummary>>>
  readonly laws?: LawsResult
  readonly speed?: readonly Speed[]
  readonly kayentaSpeed?: readonly KayentaSpeed[]
}

/** The subset for every change: four clean worlds, and four that must be found. */
export const quickWorlds = {
  clean: ['errors 0.5 %', 'errors 1 %, dispersion 5', 'latency as ever, classic buckets', 'rollout: as ever'],
  bad: ['errors x2', 'latency +25 %, classic buckets', 'cpu +50 %', 'rollout: errors x5'],
}

const lawWorlds = [
  'errors x2',
  'latency +25 %',
  'latency as ever, classic buckets',
  'rollout: as ever',
  'rollout: errors x2',
  'rollout: latency x2',
]

export async function contest(options: Options, say: (line: string) => void): Promise<Contest> {
  const pool = startPool(options.workers)
  try {
    return await contestOn(pool, options, say)
  } finally {
    await pool.close()
  }
}

async function contestOn(pool: Pool, options: Options, say: (line: string) => void): Promise<Contest> {
  const { quick, seed, only } = options
  const chosen = worlds.filter(({ name, family }) =>
    quick ? [...quickWorlds.clean, ...quickWorlds.bad].includes(name) : wanted(only, name, family),
  )
  const judged: WorldSummary[] = []
  for (const world of chosen) {
    const began = Date.now()
    judged.push(await contestIn(pool, world, options))
    say(`${world.name} (${seconds(began)})`)
  }
  const ramps: RampRow[] = []
  for (const row of quick ? [] : rampCells.filter(({ cell }) => wanted(only, cell.name, 'ramp'))) {
    const began = Date.now()
    const tasks = chunks(atLeast(options.runs / 10), runsPerHistory).map(
      ([from, to]): RampTask => ({ kind: 'ramp', cell: row.cell, seed, from, to }),
    )
    ramps.push({ ...row, summary: rampSummary((await pool.run(tasks)).flat()) })
    say(`ramp ${row.cell.name} (${seconds(began)})`)
  }
  const nab = quick || !wanted(only, 'nab', 'nab') ? undefined : await realSeries(pool, options, say)
  if (only.length > 0) return { worlds: judged, ramps, ...(nab && { nab }) }
  const laws = await tryLaws(pool, quick ? 20 : 100, options)
  say('laws')
  return {
    worlds: judged,
    ramps,
    ...(nab && { nab }),
    laws,
    speed: measureSpeed(seed, quick ? 10 : 40),
    kayentaSpeed: [60, 1000].map((samples) => measureKayentaSpeed(seed, samples, quick ? 3 : 9)),
  }
}

function wanted(only: readonly string[], name: string, family: string): boolean {
  return only.length === 0 || only.some((word) => name.includes(word) || family === word)
}

/** Runs of each judge in a world: all of what was asked for in a clean one, a fifth of it in others, less of judges that cost much. */
function runsIn(world: World, { runs, quick }: Options): Readonly<Record<string, number>> {
  const { truth, family } = world
  const here = contenders.filter(({ passes }, at) => (quick ? at === 0 : family !== 'margin' || passes))
  return Object.fromEntries(
    here.map(({ name, share }) => {
      const part = truth === 'clean' ? (quick ? 1 : share * thoroughness(world)) : quick ? 0.3 : Math.min(1, 3 * share) / 5
      return [name, atLeast(runs * part)]
    }),
  )
}

/** Histograms and many metrics cost most: healthy ones get fewer runs then, but for the two rollouts that matter most. */
function thoroughness({ name, plan, truth }: World): number {
  if (truth !== 'clean' || ['rollout: as ever', 'rollout: stress'].includes(name)) return 1
  return plan.metrics.length >= 5 || plan.metrics.some(({ form }) => form === 'histogram') ? 0.3 : 1
}

function atLeast(runs: number): number {
  return Math.max(20, Math.round(runs))
}

async function contestIn(pool: Pool, world: World, options: Options): Promise<WorldSummary> {
  const runs = runsIn(world, options)
  const most = Math.max(...Object.values(runs))
  const tasks = chunks(most, runsPerHistory).map(
    ([from, to]): WorldTask => ({ kind: 'world', world: world.name, seed: options.seed, from, to, runs }),
  )
  const results = await pool.run(tasks)
  const cells: Record<string, Cell> = {}
  for (const name of Object.keys(runs)) {
    const all: RunResult[] = results.flatMap((result) => result[name] ?? [])
    // The oracle has nothing to know in a world without a raised counter.
    if (name.startsWith('oracle') && !world.oracle) continue
    cells[name] = cellOf(world, all)
  }
  return { world, cells }
}

/** From and to (excluded); `each` is a multiple of the runs that share a history, so that chunks do not share one. */
function chunks(runs: number, each: number): readonly [number, number][] {
  return Array.from({ length: Math.ceil(runs / each) }, (_, at) => [at * each, Math.min(runs, (at + 1) * each)])
}

async function tryLaws(pool: Pool, runs: number, { seed }: Options): Promise<LawsResult> {
  const tasks = lawWorlds.flatMap((world) =>
    chunks(runs, runsPerHistory).map(([from, to]): LawsTask => ({ kind: 'laws', world, seed, from, to })),
  )
  const results = await pool.run(tasks)
  const sum = (of: (result: LawsResult) => number): number => results.reduce((total, result) => total + of(result), 0)
  return {
    tried: sum(({ tried }) => tried),
    units: sum(({ units }) => units),
    relabelled: sum(({ relabelled }) => relabelled),
    renamed: sum(({ renamed }) => renamed),
    replayed: sum(({ replayed }) => replayed),
  }
}

async function realSeries(pool: Pool, { nab, seed, runs }: Options, say: (line: string) => void): Promise<Contest['nab']> {
  const folder = nabFolder(nab)
  if (folder === undefined) return undefined
  const tasks = nabTasks(folder, seed, Math.max(1, Math.min(5, Math.round(runs / 2000))))
  const results = await pool.run(tasks)
  say('NAB')
  const factors = [...new Set(tasks.map(({ factor }) => factor))]
  return Object.fromEntries(
    factors.map((factor) => [`x${factor}`, nabSummary(results.flatMap((windows, at) => (tasks[at]?.factor === factor ? windows : [])))]),
  )
}

function seconds(began: number): string {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`
}
