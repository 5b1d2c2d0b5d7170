export type Labels = Readonly<Record<string, string>> | undefined

/** A label selector that does not parse. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
}

const key = '[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?'
const exists = new RegExp(`^(!?)\\s*(${key})$`)
const equals = new RegExp(`^(${key})\\s*(=|==|!=)\\s*([A-Za-z0-9_.-]*)$`)
const among = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)

/**
 * Parses a label selector as it stands in a query string: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b,c)`, joined by
 * commas. An empty one matches everything. `!=` and `notin` also match where the label is absent, as on the server.
 */
export function parseSelector(text: string | undefined): (labels: Labels) => boolean {
  const tests = split(text ?? '').map(requirement)
  return (labels) => tests.every((test) => test(labels ?? {}))
}

function split(text: string): string[] {
  // Commas inside brackets separate values, not requirements.
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim())
  return parts.length === 1 && parts[0] === '' ? [] : parts
}

function requirement(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const existing = exists.exec(text)
  if (existing) {
    const [, not, name = ''] = existing
    return (labels) => Object.hasOwn(labels, name) === (not === '')
  }
  const equal = equals.exec(text)
  if (equal) {
    const [, name = '', operator, value] = equal
    return operator === '!=' ? (labels) => labels[name] !== value : (labels) => labels[name] === value
  }
  const set = among.exec(text)
  if (set) {
    const [, name = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    const within = (labels: Readonly<Record<string, string>>) => Object.hasOwn(labels, name) && values.has(labels[name] ?? '')
    return operator === 'in' ? within : (labels) => !within(labels)
  }
  throw new SelectorError(`cannot read label selector '${text}'`)
}
