import { bare } from './escape.ts'
import type { Language } from './language.ts'
import { TemplateError } from './templateError.ts'

/** Metric math, Metrics Insights, and JSON that holds them: strings in strings, so only what is safe in all of them is inserted. */
export const cloudWatch: Language = {
  literals: [
    { open: '"', close: '"', kind: 'string', escape: '\\' },
    { open: "'", close: "'", kind: 'string' },
  ],
  escape(value, context) {
    if (context.in === 'bare') return bare(value, context)
    if (/^[A-Za-z0-9_:./@ +#=-]*$/.test(value) && !value.includes('--')) return value
    throw new TemplateError('into a string of CloudWatch only letters, digits, blanks and _:./@+#=- can be inserted')
  },
  interval: (milliseconds) => String(Math.ceil(milliseconds / 1000)),
}
