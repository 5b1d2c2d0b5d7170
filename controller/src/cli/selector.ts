interface Requirement {
  key: string
  operator: string
  values?: string[]
}

/** A label selector object as the text of a query: `app=web,tier in (a,b),!old`. */
export function selectorText(selector: unknown): string {
  const { matchLabels = {}, matchExpressions = [] } = (selector ?? {}) as {
    matchLabels?: Record<string, string>
    matchExpressions?: Requirement[]
  }
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...matchExpressions.map(requirement)].join(',')
}

function requirement({ key, operator, values = [] }: Requirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`
    case 'NotIn':
      return `${key} notin (${values.join(',')})`
    case 'DoesNotExist':
      return `!${key}`
    default:
      return key
  }
}
