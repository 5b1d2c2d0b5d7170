import type { Look } from '../io.ts'
import { paint, type Tone, width } from './paint.ts'

export type Cell = string | { text: string; tone: Tone }

/** Lines of a table with a header; columns as wide as their widest cell, two blanks apart, no trailing blanks. */
export function table(look: Look, header: string[], rows: Cell[][]): string[] {
  const all: Cell[][] = [header.map((text): Cell => ({ text, tone: 'dim' })), ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(textOf(row[column])))))
  return all.map((row) =>
    row
      .map((cell, column) => {
        const last = row.slice(column + 1).every((other) => textOf(other) === '')
        const padding = last ? '' : ' '.repeat((widths[column] ?? 0) - width(textOf(cell)))
        return paint(look, typeof cell === 'string' ? 'plain' : cell.tone, textOf(cell)) + padding
      })
      .join('  ')
      .trimEnd(),
  )
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return ''
  return typeof cell === 'string' ? cell : cell.text
}
