import { bare, escaped } from './escape.ts'
import type { Language } from './language.ts'

/** Metric selectors of Dynatrace: strings in double quotes, with ~ as the escape. */
export const dynatrace: Language = {
  literals: [{ open: '"', close: '"', kind: 'string', escape: '~' }],
  escape: (value, context) => (context.in === 'bare' ? bare(value, context) : escaped(value, '~', '"')),
  interval: (milliseconds) => `${Math.max(1, Math.ceil(milliseconds / 60_000))}m`,
}
