import type { Context, Language, Literal } from './language.ts'
import { TemplateError } from './templateError.ts'

/** A placeholder where it stands: the text between the braces, trimmed. */
export interface Placeholder {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Placeholders in the order in which they stand. Throws a TemplateError for braces that are not closed. */
export function scanPlaceholders(text: string): Placeholder[] {
  const found: Placeholder[] = []
  for (let start = text.indexOf('{{'); start !== -1; ) {
    const close = text.indexOf('}}', start + 2)
    if (close === -1) throw new TemplateError(`${text.slice(start, start + 40)} has no "}}"`)
    const end = close + 2
    found.push({ name: text.slice(start + 2, close).trim(), start, end })
    start = text.indexOf('{{', end)
  }
  return found
}

/** Each placeholder with what stands around it. Throws a TemplateError for a string that is not closed. */
export function scan(query: string, language: Language): (Placeholder & { context: Context })[] {
  const placeholders = scanPlaceholders(query)
  const found: (Placeholder & { context: Context })[] = []
  let literal: { of: Literal; from: number } | undefined
  let at = 0
  while (at < query.length) {
    const placeholder = placeholders[found.length]
    if (placeholder?.start === at) {
      found.push({ ...placeholder, context: literal ? inside(query, literal, placeholder, language) : around(query, placeholder) })
      at = placeholder.end
    } else if (!literal) {
      const of = language.literals.find(({ open, opens }) => query.startsWith(open, at) && (opens?.(query.slice(0, at)) ?? true))
      at += of?.open.length ?? 1
      if (of) literal = { of, from: at }
    } else if (literal.of.escape !== undefined && query.startsWith(literal.of.escape, at)) {
      if (placeholder?.start === at + 1) throw new TemplateError(`${literal.of.escape} stands before {{${placeholder.name}}}: remove it`)
      at += 2
    } else if (query.startsWith(literal.of.close, at)) {
      at += literal.of.close.length
      literal = undefined
    } else at++
  }
  if (literal && literal.of.kind !== 'comment')
    throw new TemplateError(`what ${literal.of.open} opens is not closed by ${literal.of.close}`)
  return found
}

function around(query: string, { start, end }: Placeholder): Context {
  return { in: 'bare', before: query.slice(0, start), after: query.slice(end) }
}

function inside(query: string, { of, from }: { of: Literal; from: number }, { start, end }: Placeholder, language: Language): Context {
  const before = query.slice(from, start)
  const regex =
    of.kind === 'regex' || (of.kind === 'string' && (language.isRegex?.(query.slice(0, from - of.open.length), before) ?? false))
  const alone = before === '' || /=~$/.test(before)
  return { in: 'literal', literal: of, regex, whole: alone && query.startsWith(of.close, end) }
}
