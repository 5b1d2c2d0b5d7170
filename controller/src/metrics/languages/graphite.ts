import { bare, without } from './escape.ts'
import { type Language, seconds } from './language.ts'

/** Targets of Graphite: no escapes in strings; patterns stand in the tag expressions of seriesByTag, and match from the start. */
export const graphite: Language = {
  literals: [
    { open: "'", close: "'", kind: 'string' },
    { open: '"', close: '"', kind: 'string' },
  ],
  isRegex: (_before, inside) => /^[^=!]+!?=~/.test(inside),
  podsBy: "seriesByTag('name=requests', 'pod=~{{arm.pods}}')",
  unanchored: true,
  escape(value, context) {
    if (context.in === 'bare') return bare(value, context)
    return without(value, context.regex ? `'"` : `'"\\`, 'into a string of Graphite')
  },
  interval: (milliseconds) => seconds(milliseconds),
}
