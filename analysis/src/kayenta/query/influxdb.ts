import { badQuery, field, type KnownScope, listField, type QueryWriter, requiredField, requiredWindow } from './scope.ts'

/** Statements that look around in a store instead of reading a metric, two in one, and comments. */
const forbidden =
  /;|--|SHOW\s+(CONTINUOUS\s+QUERIES|DATABASES|DIAGNOSTICS|FIELD|TAG|USERS|GRANTS|MEASUREMENT|QUERIES|RETENTION\s+POLICIES|SERIES|SHARD|STATS|SUBSCRIPTIONS)/i

/** A select over the window and the scope, or the inline template with its `timeFilter`, `scope` and `step`. A scope is written `key:value`. */
export const influxdb: QueryWriter = ({ query, scope }) => {
  const template = field(query, 'customInlineTemplate')
  const { start, end } = requiredWindow(scope)
  const window = `time >= '${start}' AND time < '${end}'`
  const written = template === undefined ? select() : expandInline(template, window, scope)
  const found = forbidden.exec(written)
  if (found) throw badQuery(`The query contains ${found[0]}, which is not allowed; write one SELECT.`)
  return written

  function select(): string {
    const measurement = requiredField(query, 'metricName')
    const fields = listField(query, 'fields')
    const filter = scope.scope === undefined ? '' : ` AND ${scopeFilter(scope)}`
    return `SELECT ${fields.length === 0 ? '*::field' : fields.join(', ')} FROM ${measurement} WHERE ${window}${filter}`
  }
}

function expandInline(template: string, window: string, scope: KnownScope): string {
  const variables: Readonly<Record<string, () => string>> = {
    timeFilter: () => window,
    scope: () => scopeFilter(scope),
    step: () => {
      if (scope.step === undefined) throw badQuery('The template uses the step, and the scope has none; write one in seconds.')
      return `${scope.step}s`
    },
  }
  for (const name of ['timeFilter', 'scope']) {
    if (!new RegExp(`\\$\\\\?\\{${name}\\}`).test(template)) throw badQuery(`The inline template does not use \${${name}}; it must.`)
  }
  return template.replace(/\$\\?\{(timeFilter|scope|step)\}/g, (_, name: string) => variables[name]?.() ?? '')
}

function scopeFilter({ scope }: KnownScope): string {
  const [key, value, ...more] = (scope ?? '').split(':')
  if (!key || !value || more.length > 0) {
    throw badQuery(`The scope is ${scope ? scope : 'empty'}; write it as name:value, such as autoscaling_group:app-v002.`)
  }
  return `${key} = '${value}'`
}
