import type { Labels } from './selector.ts'
import type { KubeObject } from './types.ts'

/** The API server puts its name on every namespace, as a label. */
const nameLabel = 'kubernetes.io/metadata.name'

interface Requirement {
  key: string
  operator: string
  values?: string[]
}

interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: Requirement[]
}

/** Whether a policy applies in a namespace; undefined: that follows from labels which are not given. */
export function reaches(policy: KubeObject, namespace: string, labels?: Labels): boolean | undefined {
  const { matchConstraints } = policy.spec as { matchConstraints?: { namespaceSelector?: LabelSelector } }
  const { matchLabels = {}, matchExpressions = [] } = matchConstraints?.namespaceSelector ?? {}
  const equal = Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] }))
  const all = { ...labels, [nameLabel]: namespace }
  const answers = [...equal, ...matchExpressions].map((one) => (labels || one.key === nameLabel ? meets(all, one) : undefined))
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}

function meets(labels: NonNullable<Labels>, { key, operator, values = [] }: Requirement): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    default:
      return value === undefined
  }
}
