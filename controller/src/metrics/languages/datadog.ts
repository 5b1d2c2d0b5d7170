import { bare } from './escape.ts'
import type { Language } from './language.ts'

/** Queries of Datadog: tags stand without quotes. */
export const datadog: Language = {
  literals: [],
  escape: (value, context) => (context.in === 'bare' ? bare(value, context) : value),
  interval: (milliseconds) => String(Math.ceil(milliseconds / 1000)),
}
