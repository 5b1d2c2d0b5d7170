import type { Instant } from '../../clock.ts'

/** A cell by its column's type: null where there is nothing. Booleans count as 1 and 0. */
export type Cell = string | number | { readonly at: Instant } | null

export interface Table {
  /** Columns that are alike in all its rows. */
  readonly group: readonly string[]
  readonly rows: readonly ReadonlyMap<string, Cell>[]
}

interface Heading {
  types: readonly string[]
  group: readonly string[]
  defaults: readonly string[]
  names?: readonly string[]
}

/**
 * Reads annotated CSV with the annotations datatype, group and default: tables one after the other, each block with annotations of its own. Empty is
 * no table. `error`: what a table of the columns error and reference says. `shape`: what the text is instead.
 */
export function readTables(text: string): { tables: Table[] } | { error: string } | { shape: string } {
  if (text.trim() === '') return { tables: [] }
  if (/^\s*</.test(text)) return { shape: 'a page of HTML and not with annotated CSV' }
  const tables = new Map<string, { group: string[]; rows: ReadonlyMap<string, Cell>[] }>()
  let heading: Heading | undefined
  let block = 0
  for (const cells of rowsOf(text)) {
    const first = cells[0] ?? ''
    if (first.startsWith('#')) {
      if (!heading || heading.names) {
        heading = { types: [], group: [], defaults: [] }
        block++
      }
      const rest = cells.slice(1)
      if (first === '#datatype') heading.types = rest
      else if (first === '#group') heading.group = rest
      else if (first === '#default') heading.defaults = rest
      continue
    }
    if (cells.length === 1 && first === '') {
      // A block ends.
      if (heading?.names) heading = undefined
      continue
    }
    // A table of an error comes without annotations when nothing came before it.
    heading ??= { types: [], group: [], defaults: [] }
    const rest = first === '' ? cells.slice(1) : cells
    if (!heading.names) {
      heading.names = rest
      continue
    }
    const { names } = heading
    const error = names.indexOf('error')
    if (error >= 0 && names.includes('reference')) return { error: rest[error] || heading.defaults[error] || 'an error without words' }
    if (heading.types.length !== names.length) return { shape: 'something that is not annotated CSV' }
    const row = rowOf(rest, names, heading)
    const key = `${block} ${word(row.get('result'))} ${word(row.get('table'))}`
    const table = tables.get(key)
    if (table) table.rows.push(row)
    else tables.set(key, { group: names.filter((_, index) => heading?.group[index] === 'true'), rows: [row] })
  }
  if (heading && tables.size === 0 && heading.types.length === 0) return { shape: 'something that is not annotated CSV' }
  return { tables: [...tables.values()] }
}

const word = (cell: Cell | undefined) => (cell === undefined || cell === null ? '' : String(cell))

function rowOf(cells: readonly string[], names: readonly string[], { types, defaults }: Heading): ReadonlyMap<string, Cell> {
  return new Map(
    names.map((name, index): [string, Cell] => [name, cellOf(cells[index] || defaults[index] || '', types[index] ?? 'string')]),
  )
}

function cellOf(text: string, type: string): Cell {
  if (type === 'string') return text
  if (text === '') return null
  if (type === 'double') return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
  if (type === 'long' || type === 'unsignedLong') return Number(text)
  if (type === 'boolean') return text === 'true' ? 1 : 0
  if (type.startsWith('dateTime')) {
    const at = Date.parse(text)
    return Number.isNaN(at) ? null : { at }
  }
  return text
}

/** Rows of CSV (RFC 4180); an empty line is a row of one empty cell. */
function* rowsOf(text: string): Generator<string[]> {
  let cells: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      const [content, after] = quoted(text, at)
      cell = content
      at = after
    } else {
      const end = endOfCell(text, at)
      cell = text.slice(at, end)
      at = end
    }
    cells.push(cell)
    if (text[at] === ',') {
      at++
      // A comma at the very end: one more empty cell.
      if (at === text.length || text[at] === '\r' || text[at] === '\n') cells.push('')
      else continue
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    yield cells
    cells = []
  }
}

function endOfCell(text: string, from: number): number {
  let at = from
  while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++
  return at
}

/** The content of a quoted cell, and where it ends. */
function quoted(text: string, from: number): [string, number] {
  let at = from + 1
  let content = ''
  for (;;) {
    const end = text.indexOf('"', at)
    if (end < 0) return [content + text.slice(at), text.length]
    content += text.slice(at, end)
    if (text[end + 1] !== '"') {
      // What stands between the closing quote and the next comma is no CSV: it is passed over.
      return [content, endOfCell(text, end + 1)]
    }
    content += '"'
    at = end + 2
  }
}
