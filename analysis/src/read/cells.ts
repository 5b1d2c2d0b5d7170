import { type Place, refuse } from './readError.ts'

/** The cells of one line of CSV (RFC 4180, except that a quoted cell cannot hold a line break). */
export function cells(line: string, place: Place): string[] {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  if (!text.includes('"')) return text.split(',')
  const found: string[] = []
  let at = 0
  while (at <= text.length) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at)
      const stop = comma < 0 ? text.length : comma
      found.push(text.slice(at, stop))
      at = stop + 1
      continue
    }
    let cell = ''
    for (;;) {
      const quote = text.indexOf('"', at + 1)
      if (quote < 0) return refuse(place, '', `has a quote that is not closed, in cell ${found.length + 1}: a row is one line`)
      cell += text.slice(at + 1, quote)
      at = quote + 1
      if (text[at] !== '"') break
      cell += '"'
    }
    if (at < text.length && text[at] !== ',') refuse(place, '', `has text after a closing quote, in cell ${found.length + 1}`)
    found.push(cell)
    at++
  }
  return found
}
