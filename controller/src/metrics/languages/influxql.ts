import { bare, comment, escaped, slashed } from './escape.ts'
import { type Language, seconds } from './language.ts'

/** InfluxQL: strings in single quotes, names in double quotes, patterns between slashes. */
export const influxql: Language = {
  literals: [
    { open: "'", close: "'", kind: 'string', escape: '\\' },
    { open: '"', close: '"', kind: 'string', escape: '\\' },
    { open: '--', close: '\n', kind: 'comment' },
    { open: '/*', close: '*/', kind: 'comment' },
    { open: '/', close: '/', kind: 'regex', escape: '\\', opens: (before) => /([~(,.]|\b(from|select|by))\s*$/i.test(before) },
  ],
  podsBy: '"pod" =~ /{{arm.pods}}/',
  unanchored: true,
  escape(value, context) {
    if (context.in === 'bare') return bare(value, context)
    const { literal, regex } = context
    if (literal.kind === 'comment') return comment(value)
    return regex ? slashed(value) : escaped(value, '\\', literal.close)
  },
  interval: (milliseconds) => seconds(milliseconds),
}
