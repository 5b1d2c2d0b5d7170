import type { Look } from '../io.ts'

/** What a piece of text means; a colour is only one way to show it, the words say it too. */
export type Tone = 'good' | 'bad' | 'busy' | 'held' | 'dim' | 'bold' | 'plain'

const codes: Record<Tone, string> = { good: '32', bad: '31', busy: '36', held: '33', dim: '2', bold: '1', plain: '' }

export function paint(look: Look, tone: Tone, text: string): string {
  if (!look.colour || tone === 'plain' || text === '') return text
  return `\u001b[${codes[tone]}m${text}\u001b[0m`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what colours begin with
const escapes = /(\u001b\[[0-9;]*m)/g

/** Number of characters shown, colours not counted. */
export function width(text: string): number {
  return [...text.replace(escapes, '')].length
}

/** Cuts a line to the terminal's width, so that it takes exactly one row; colours are closed. */
export function clip(look: Look, line: string): string {
  if (look.columns <= 0 || width(line) <= look.columns) return line
  const ellipsis = look.unicode ? '…' : '~'
  const room = look.columns - 1
  let shown = 0
  let cut = ''
  for (const piece of line.split(escapes)) {
    if (piece.startsWith('\u001b')) cut += piece
    else {
      const letters = [...piece].slice(0, room - shown)
      shown += letters.length
      cut += letters.join('')
    }
  }
  return cut + ellipsis
}

/** Breaks text at blanks into lines of at most `columns` characters; a longer word stays whole. 0: one line. */
export function wrap(text: string, columns: number): string[] {
  if (columns <= 0) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
