import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { sharedOptions, whole, wordsOf } from '../options.ts'
import { kindNamed, type ReleaseKind, releaseKinds } from './kinds.ts'
import { releasesOfACluster, type Shift } from './shift.ts'

export interface Options {
  readonly quick: boolean
  readonly seed: number
  readonly workers: number
  /** How many of each kind; what is not in it is not measured. */
  readonly runs: ReadonlyMap<ReleaseKind['name'], number>
  /** This release alone is shown; those before it on its cluster are made all the same. */
  readonly at?: number
  /** Everything, at its full size: only then the results are written. */
  readonly whole: boolean
}

/** Throws an Error with a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { ...sharedOptions, at: { type: 'string' } },
  })
  const only = wordsOf(values.only)
  const strange = only.find((name) => !releaseKinds.some((kind) => kind.name.startsWith(name)))
  if (strange) throw new Error(`--only ${strange}: there are ${releaseKinds.map(({ name }) => `'${name}'`).join(', ')}`)
  const kinds = releaseKinds.filter(({ name }) => only.length === 0 || only.some((word) => name.startsWith(word)))
  const at = values.at === undefined ? undefined : whole('at', values.at, 1)
  if (at !== undefined && kinds.length !== 1) throw new Error(`--at ${at}: say of which kind, as in --only '${releaseKinds[1]?.name}'`)
  const runs = values.runs === undefined ? undefined : whole('runs', values.runs, 1)
  const most = Math.max(...releaseKinds.map((kind) => kind.runs))
  const count = (kind: ReleaseKind) => {
    if (at !== undefined) return at
    if (runs !== undefined) return Math.max(1, Math.round((runs * kind.runs) / most))
    return values.quick ? kind.quick : kind.runs
  }
  return {
    quick: values.quick,
    seed: whole('seed', values.seed, 0),
    workers: values.workers === undefined ? availableParallelism() : whole('workers', values.workers, 1),
    runs: new Map(kinds.map((kind) => [kind.name, count(kind)])),
    ...(at === undefined ? {} : { at }),
    whole: !values.quick && only.length === 0 && runs === undefined,
  }
}

/** The clusters that are needed; those with incidents, which take longest, first. */
export function shiftsOf({ runs, seed, at }: Options): Shift[] {
  const slowFirst = [...runs].sort(([a], [b]) => Number(kindNamed(b).incident) - Number(kindNamed(a).incident))
  return slowFirst.flatMap(([kind, count]) => {
    const first = at === undefined ? 1 : at - ((at - 1) % releasesOfACluster)
    const shifts: Shift[] = []
    for (let from = first; from <= count; from += releasesOfACluster)
      shifts.push({ kind, seed, from, to: Math.min(count, from + releasesOfACluster - 1) })
    return shifts
  })
}
