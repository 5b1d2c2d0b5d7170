/** A label selector of the API (matchLabels and matchExpressions), compiled once per selector object. */
export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

type Labels = Record<string, string> | undefined

/** Whether labels satisfy a selector. An absent selector matches nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false
  return matchesLabels(selector.matchLabels, labels) && (selector.matchExpressions ?? []).every((expression) => holds(expression, labels))
}

/** Whether all of `wanted` are among `labels`. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false
  return true
}

function holds({ key, operator, values = [] }: { key: string; operator: string; values?: string[] }, labels: Labels): boolean {
  const value = labels?.[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}
