import { bare, escaped, without } from './escape.ts'
import { type Language, seconds } from './language.ts'

/** Words that would be an operator where a name was meant. */
const operators = 'and|or|unless|atan2|by|without|on|ignoring|group_left|group_right|bool|offset|start|end'
/** "-" would be a subtraction: a name, or a duration. */
const word = new RegExp(`^(?!(?:${operators})$)(?:[A-Za-z_:][A-Za-z0-9_:]*|[0-9]+[A-Za-z0-9_:]*)$`, 'i')

/** PromQL: strings as in Go, patterns as strings after =~ and !~, anchored. */
export const promql: Language = {
  literals: [
    { open: '"', close: '"', kind: 'string', escape: '\\' },
    { open: "'", close: "'", kind: 'string', escape: '\\' },
    { open: '`', close: '`', kind: 'string' },
    { open: '#', close: '\n', kind: 'comment' },
  ],
  isRegex: (before) => /[=!]~\s*$/.test(before),
  podsBy: 'pod=~"{{arm.pods}}"',
  escape(text, context) {
    if (context.in === 'bare') return bare(text, context, word)
    const { literal } = context
    if (literal.kind === 'comment') return text
    return literal.escape ? escaped(text, '\\', literal.open) : without(text, '`', 'between back-quotes: write double quotes')
  },
  interval: (milliseconds) => seconds(milliseconds),
}
