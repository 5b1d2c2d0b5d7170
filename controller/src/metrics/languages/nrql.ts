import { bare, comment, without } from './escape.ts'
import type { Language } from './language.ts'

/** NRQL: strings in single quotes, names in back-quotes, patterns after RLIKE, which have to match the whole text. */
export const nrql: Language = {
  literals: [
    { open: "'", close: "'", kind: 'string', escape: '\\' },
    { open: '"', close: '"', kind: 'string', escape: '\\' },
    { open: '`', close: '`', kind: 'string' },
    { open: '--', close: '\n', kind: 'comment' },
    { open: '//', close: '\n', kind: 'comment' },
    { open: '/*', close: '*/', kind: 'comment' },
  ],
  isRegex: (before) => /\brlike\s*r?$/i.test(before),
  podsBy: "podName RLIKE r'{{arm.pods}}'",
  unanchored: true,
  escape(value, context) {
    if (context.in === 'bare') return bare(value, context)
    const { literal, regex } = context
    if (literal.kind === 'comment') return comment(value)
    // Inside r'…' a backslash is the pattern's, elsewhere the string's: what has none, and no quote, is the same in both.
    if (regex) return without(withoutBackslashes(value), `\\${literal.close}`, 'into a pattern of NRQL')
    return without(value, `\\%${literal.close}`, 'into a text of NRQL')
  },
  interval: (milliseconds) => `${Math.ceil(milliseconds / 1000)} seconds`,
}

/** The same pattern: a character in brackets stands for itself. */
function withoutBackslashes(pattern: string): string {
  return pattern.replace(/\\([.+*?()|[{}$])/g, '[$1]')
}
