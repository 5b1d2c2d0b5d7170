/** What is no text for people: written back or unpacked as it is. */
const kept = new Set(['spec', 'originals', 'record'])

/**
 * A status with the control characters of its texts made blanks. Some of its sentences quote what a metric source or a webhook answered, and whoever
 * owns that one must not draw on another's terminal. What is written back stays as it is.
 */
export function plainTexts<T>(status: T): T {
  return cleaned(status) as T
}

function cleaned(value: unknown): unknown {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  if (typeof value === 'string') return value.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, kept.has(key) ? field : cleaned(field)]))
}
