import type { Interval } from '../table.ts'
import type { Fed, TableOptions } from './assembly.ts'
import { cells } from './cells.ts'
import { beginIntake, endIntake, type Intake, takeRow } from './intake.ts'
import { nearest } from './nearest.ts'
import { type Place, ReadError, refuse, shown } from './readError.ts'
import { readRow } from './row.ts'

export interface CsvState {
  readonly intake: Intake
  /** Names of the columns; undefined until the header was read. */
  readonly columns: readonly Column[] | undefined
}

interface Column {
  readonly name: string
  /** Where it belongs to an arm; undefined otherwise. */
  readonly arm?: { readonly name: 'canary' | 'baseline'; readonly field: string; readonly read: CellReader }
}

type CellReader = (cell: string, field: string, place: Place) => unknown

/** Columns of one arm, with how a cell is read. */
const armColumns: Readonly<Record<string, CellReader>> = {
  bad: number,
  total: number,
  count: number,
  exposure: number,
  buckets: pairs,
  values: list,
  samples: list,
}
const known: readonly string[] = [
  'interval',
  'metric',
  'form',
  'weight',
  'cumulative',
  ...['canary', 'baseline'].flatMap((arm) => Object.keys(armColumns).map((column) => `${arm}_${column}`)),
]

/** A reader of CSV: a header, then one metric and interval a row; a row is one line. */
export function begin(options: TableOptions = {}): CsvState {
  return { intake: beginIntake(options), columns: undefined }
}

/** Like `feed` of JSON lines. Without the columns `metric` and `form` every row is of one ratio metric named errors. */
export function feed(state: CsvState, line: string, lineNumber: number): Fed<CsvState> {
  if (line.trim() === '') return { state, closed: [], notes: [] }
  const place: Place = { noun: 'line', number: lineNumber, glue: '_' }
  const found = cells(line, place)
  if (!state.columns) return { state: { ...state, columns: header(found, place) }, closed: [], notes: [] }
  if (found.length > state.columns.length)
    refuse(place, '', `has ${found.length} cells, but the header ${state.columns.length}: quote cells that hold a comma`)
  const fed = takeRow(state.intake, readRow(fieldsOf(state.columns, found, place), place), place)
  return { ...fed, state: { ...state, intake: fed.state } }
}

/** Closes what is open. Throws a ReadError where rows were held back to be sorted. */
export function end(state: CsvState): { readonly closed: readonly Interval[]; readonly notes: readonly string[] } {
  return endIntake(state.intake)
}

function header(names: readonly string[], place: Place): readonly Column[] {
  const columns = names.map((name) => name.trim().toLowerCase())
  for (const [at, name] of columns.entries()) {
    if (name !== '' && columns.indexOf(name) !== at) refuse(place, name, 'stands twice in the header: give each column a name of its own')
    if (known.includes(name)) continue
    const meant = nearest(
      name,
      known.filter((column) => !columns.includes(column)),
    )
    // A column of which nobody knows anything may stay: tables often carry a time.
    if (meant !== undefined) refuse(place, name, `is not a column: write ${meant}`)
  }
  if (!columns.includes('interval'))
    throw new ReadError(
      `line ${place.number} is no header of a table: write interval,metric,form,canary_bad,canary_total,baseline_bad,baseline_total, or one JSON object a line`,
      { line: place.number, field: 'interval' },
    )
  for (const [one, other] of [
    ['metric', 'form'],
    ['form', 'metric'],
  ] as const)
    if (columns.includes(one) && !columns.includes(other))
      refuse(place, other, `is missing in the header, which has ${one}: write both, or neither`)
  if (!columns.some((name) => /^(canary|baseline)_/.test(name) && known.includes(name)))
    refuse(place, '', 'has no column of an arm: write canary_bad,canary_total,baseline_bad,baseline_total, or another pair')
  return columns.map(columnOf)
}

function columnOf(name: string): Column {
  const [, arm, field = ''] = /^(canary|baseline)_(.+)$/.exec(name) ?? []
  const read = Object.hasOwn(armColumns, field) ? armColumns[field] : undefined
  return read ? { name, arm: { name: arm === 'canary' ? 'canary' : 'baseline', field, read } } : { name }
}

/** The row as a line of JSON would say it. */
function fieldsOf(columns: readonly Column[], row: readonly string[], place: Place): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const arms: Partial<Record<'canary' | 'baseline', Record<string, unknown>>> = {}
  let named = false
  for (let at = 0; at < columns.length; at++) {
    const { name, arm } = columns[at] ?? { name: '' }
    named ||= name === 'metric'
    const cell = (row[at] ?? '').trim()
    if (cell === '') continue
    if (arm) {
      const sample = arms[arm.name] ?? {}
      arms[arm.name] = sample
      sample[arm.field] = arm.read(cell, name, place)
    } else if (name === 'interval' || name === 'weight') fields[name] = number(cell)
    else if (name === 'cumulative') fields.cumulative = cell === 'true' ? true : cell === 'false' ? false : cell
    else if (name === 'metric' || name === 'form') fields[name] = cell
  }
  return named ? { ...fields, ...arms } : { metric: 'errors', form: 'ratio', ...fields, ...arms }
}

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A cell that is no number stays a text, which is then refused by the name of its field. */
function number(cell: string): unknown {
  return numeral.test(cell) ? Number(cell) : cell
}

function list(cell: string): unknown {
  return cell.split(';').map((item) => (item.trim() === '' ? null : number(item.trim())))
}

function pairs(cell: string, field: string, place: Place): unknown {
  return cell
    .split(';')
    .filter((item) => item.trim() !== '')
    .map((item) => {
      const at = item.lastIndexOf(':')
      if (at < 0) return refuse(place, field, `holds ${shown(item)}: write upper edge:count, like 0.1:5;0.5:3;+Inf:1`)
      return [number(item.slice(0, at).trim()), number(item.slice(at + 1).trim())]
    })
}
