import { bare, escaped, slashed } from './escape.ts'
import { type Language, seconds } from './language.ts'

/** Flux: strings in double quotes, in which ${ would begin an expression, and patterns between slashes. */
export const flux: Language = {
  literals: [
    { open: '"', close: '"', kind: 'string', escape: '\\' },
    { open: '//', close: '\n', kind: 'comment' },
    {
      open: '/',
      close: '/',
      kind: 'regex',
      escape: '\\',
      opens: (before) => /([~=(,:[{!]|\b(and|or|not|then|else|return))\s*$/.test(before),
    },
  ],
  podsBy: 'r.pod =~ /{{arm.pods}}/',
  unanchored: true,
  escape(value, context) {
    if (context.in === 'bare') return bare(value, context)
    if (context.literal.kind === 'comment') return value
    if (context.regex) return slashed(value)
    return escaped(value, '\\', '"').replaceAll('$', '\\x24').replaceAll('{', '\\x7b')
  },
  interval: (milliseconds) => seconds(milliseconds),
}
