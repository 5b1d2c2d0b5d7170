import { bare, escaped } from './escape.ts'
import { type Language, seconds } from './language.ts'

/** Filters of Google Cloud Monitoring: strings in quotes, patterns as an argument of monitoring.regex.full_match. */
export const monitoring: Language = {
  literals: [
    { open: '"', close: '"', kind: 'string', escape: '\\' },
    { open: "'", close: "'", kind: 'string', escape: '\\' },
  ],
  isRegex: (before) => /monitoring\.regex\.full_match\(\s*$/.test(before),
  podsBy: 'resource.labels.pod_name = monitoring.regex.full_match("{{arm.pods}}")',
  escape(value, context) {
    if (context.in === 'bare') return bare(value, context)
    return escaped(value, '\\', context.literal.open)
  },
  interval: (milliseconds) => seconds(milliseconds),
}
