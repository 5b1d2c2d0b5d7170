import type { Io } from './io.ts'

/** Shows a text that changes: on a terminal in place, elsewhere by printing it anew. */
export interface Screen {
  show(lines: readonly string[]): void
}

/** Each of the lines must fit the terminal's width, else what is drawn over is miscounted. */
export function screen(io: Pick<Io, 'out' | 'isTty' | 'rows'>): Screen {
  let drawn = 0
  let first = true
  return {
    show(lines) {
      if (!io.isTty) {
        io.out(`${first ? '' : '\n'}${lines.join('\n')}\n`)
        first = false
        return
      }
      const room = Math.max(io.rows - 1, 2)
      const shown =
        lines.length <= room ? lines : [...lines.slice(0, room - 1), `(${lines.length - room + 1} more lines: make the window higher)`]
      // Up to where the last picture began, clear to the end, draw.
      io.out(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[0J${shown.join('\n')}\n`)
      drawn = shown.length
    },
  }
}
