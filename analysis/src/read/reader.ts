import type { JudgeRecord } from '../record.ts'
import type { Interval } from '../table.ts'
import type { Fed, TableOptions } from './assembly.ts'
import * as csv from './csv.ts'
import { detect } from './detect.ts'
import { readDocument } from './json.ts'
import * as lines from './lines.ts'

/** A reader of any of the formats, which it tells by the first line. */
export type ReaderState =
  | { readonly format: undefined; readonly options: TableOptions }
  | { readonly format: 'lines'; readonly state: lines.LinesState }
  | { readonly format: 'csv'; readonly state: csv.CsvState }
  | { readonly format: 'document'; readonly options: TableOptions; readonly text: string }

export interface Ended {
  readonly closed: readonly Interval[]
  readonly notes: readonly string[]
  /** When the text was a record. */
  readonly record?: JudgeRecord | undefined
}

export function begin(options: TableOptions = {}): ReaderState {
  return { format: undefined, options }
}

/** One more line, without its line break. Lines and CSV close intervals as they come unless rows may stand in any order, a document closes all at the end. Throws a ReadError. */
export function feed(before: ReaderState, line: string, lineNumber: number): Fed<ReaderState> {
  const text = lineNumber === 1 && line.startsWith('\uFEFF') ? line.slice(1) : line
  const state = before.format === undefined && text.trim() !== '' ? formatted(text, before.options) : before
  switch (state.format) {
    case undefined:
      return { state, closed: [], notes: [] }
    case 'lines': {
      const fed = lines.feed(state.state, text, lineNumber)
      return { ...fed, state: { format: 'lines', state: fed.state } }
    }
    case 'csv': {
      const fed = csv.feed(state.state, text, lineNumber)
      return { ...fed, state: { format: 'csv', state: fed.state } }
    }
    case 'document':
      return { state: { ...state, text: `${state.text}${text}\n` }, closed: [], notes: [] }
  }
}

/** The end of the text: what is still open closes. Throws a ReadError when a document or rows held back are at fault. */
export function end(state: ReaderState): Ended {
  switch (state.format) {
    case undefined:
      return { closed: [], notes: [] }
    case 'lines':
      return lines.end(state.state)
    case 'csv':
      return csv.end(state.state)
    case 'document': {
      const { intervals, ...rest } = readDocument(state.text, state.options)
      return { closed: intervals, ...rest }
    }
  }
}

function formatted(firstLine: string, options: TableOptions): ReaderState {
  const format = detect(firstLine)
  if (format === 'document') return { format, options, text: '' }
  return format === 'lines' ? { format, state: lines.begin(options) } : { format, state: csv.begin(options) }
}

/** A whole text at once, rows in any order unless told otherwise. */
export function readTable(text: string, options: TableOptions = {}): Ended {
  let state = begin({ order: 'any', ...options })
  const closed: Interval[] = []
  const notes: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const fed = feed(state, line, index + 1)
    state = fed.state
    closed.push(...fed.closed)
    notes.push(...fed.notes)
  }
  const last = end(state)
  return { ...last, closed: [...closed, ...last.closed], notes: [...notes, ...last.notes] }
}
