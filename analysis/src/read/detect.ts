/** What a text may be: JSON lines, CSV with a header, or one JSON document (a list of lines, or a record). */
export type Format = 'lines' | 'csv' | 'document'

/**
 * Tells by the first line that is not empty, so that a stream can be read as it comes. A list is a document, and so is an object that has what
 * only a record has or that goes on in the next line; any other object is a line.
 */
export function detect(firstLine: string): Format {
  const text = firstLine.trim()
  if (text.startsWith('[')) return 'document'
  if (!text.startsWith('{')) return 'csv'
  if (/^\{\s*"(version|judge|plan|intervals|verdict)"\s*:/.test(text)) return 'document'
  return hasKey(text, 'interval') ? 'lines' : hasKey(text, 'intervals') || !closes(text) ? 'document' : 'lines'
}

function hasKey(text: string, key: string): boolean {
  return new RegExp(`"${key}"\\s*:`).test(text)
}

function closes(text: string): boolean {
  return text.endsWith('}')
}
