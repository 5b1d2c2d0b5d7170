import type { Interval } from '../table.ts'
import type { Fed, TableOptions } from './assembly.ts'
import { beginIntake, endIntake, type Intake, takeRow } from './intake.ts'
import { cut, type Place, refuse } from './readError.ts'
import { readRow } from './row.ts'

export type LinesState = Intake

/** A reader of JSON lines, one metric and interval a line. */
export function begin(options: TableOptions = {}): LinesState {
  return beginIntake(options)
}

/**
 * Reads one more line; empty ones are skipped. Throws a ReadError that names the line, the field, what was found and what to write instead;
 * the state given stays good.
 */
export function feed(state: LinesState, line: string, lineNumber: number): Fed<LinesState> {
  const text = line.trim()
  if (text === '') return { state, closed: [], notes: [] }
  const place: Place = { noun: 'line', number: lineNumber, glue: '.' }
  return takeRow(state, readRow(parsed(text, place), place), place)
}

/** Closes what is open. Throws a ReadError where rows were held back to be sorted. */
export function end(state: LinesState): { readonly closed: readonly Interval[]; readonly notes: readonly string[] } {
  return endIntake(state)
}

function parsed(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(place, '', `is not JSON: ${cut(text, 60)}; write one whole JSON object a line`)
  }
}
