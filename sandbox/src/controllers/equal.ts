type Json = Record<string, unknown>

/** Text of a JSON value that two values share exactly when the API treats them as equal: key order, null and empty lists do not count. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const parts: string[] = []
  for (const key of Object.keys(value).sort()) {
    const member = (value as Json)[key]
    if (!isAbsent(member)) parts.push(`${JSON.stringify(key)}:${canonical(member)}`)
  }
  return `{${parts.join()}}`
}

const isAbsent = (member: unknown): boolean => member === undefined || member === null || (Array.isArray(member) && member.length === 0)

/** Whether two JSON values have the same canonical text, without writing it. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => equal(item, b[at]))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(b)) return (a ?? null) === (b ?? null)
  for (const key in a) {
    const [left, right] = [(a as Json)[key], (b as Json)[key]]
    if (isAbsent(left) ? !isAbsent(right) : isAbsent(right) || !equal(left, right)) return false
  }
  for (const key in b) if (!isAbsent((b as Json)[key]) && isAbsent((a as Json)[key])) return false
  return true
}
