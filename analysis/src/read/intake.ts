import type { Interval } from '../table.ts'
import { type Assembly, addRow, beginAssembly, endAssembly, type Fed, type TableOptions } from './assembly.ts'
import type { Place } from './readError.ts'
import type { Row } from './row.ts'

/** Takes rows in the order in which they stand, or holds them until all are there. */
export interface Intake {
  readonly assembly: Assembly
  /** Whether rows are held. */
  readonly holds: boolean
  /** The rows held, the last first. */
  readonly held: Held | undefined
}

interface Held {
  readonly row: Row
  readonly place: Place
  readonly before: Held | undefined
}

export function beginIntake(options: TableOptions): Intake {
  return { assembly: beginAssembly(options), holds: options.order === 'any', held: undefined }
}

export function takeRow(intake: Intake, row: Row, place: Place): Fed<Intake> {
  if (intake.holds) return { state: { ...intake, held: { row, place, before: intake.held } }, closed: [], notes: [] }
  const fed = addRow(intake.assembly, row, place)
  return { ...fed, state: { ...intake, assembly: fed.state } }
}

/** Rows that were held go through in the order of their intervals; rows of one interval stay as they stood. Throws a ReadError. */
export function endIntake({ assembly, held }: Intake): { readonly closed: readonly Interval[]; readonly notes: readonly string[] } {
  const rows: Held[] = []
  for (let one = held; one; one = one.before) rows.push(one)
  rows.reverse().sort((a, b) => a.row.interval - b.row.interval)
  let state = assembly
  const closed: Interval[] = []
  const notes: string[] = []
  for (const { row, place } of rows) {
    const fed = addRow(state, row, place)
    state = fed.state
    closed.push(...fed.closed)
    notes.push(...fed.notes)
  }
  return { closed: [...closed, ...endAssembly(state)], notes }
}
