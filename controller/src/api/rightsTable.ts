import { type Right, type RightsName, rights } from './rights.ts'

const parts: readonly (readonly [RightsName, title: string, about: string])[] = [
  ['controller', 'The controller, in each namespace it looks after', 'For its ServiceAccount.'],
  ['cluster', 'The controller, outside namespaces', 'For its ServiceAccount, bound in the whole cluster.'],
  ['lease', 'The controller, in its own namespace', 'For its ServiceAccount.'],
  [
    'analysis',
    'Analyses with Secrets or Jobs',
    'For its ServiceAccount, bound in those namespaces that need it, and in its own for sources of the cluster.',
  ],
  [
    'dashboard',
    'The dashboard',
    'For its ServiceAccount. What people do there is done in their own names: by their tokens, or by the rights to act for them that [login](../guides/dashboard-login.md#acting-for-people) describes.',
  ],
  ['view', 'People who look', 'Added to the role `view` of Kubernetes, which `edit` and `admin` have within.'],
  ['edit', 'People who edit', 'Added to `edit`, which `admin` has within.'],
  ['admin', 'Administrators of a namespace', 'Added to `admin`.'],
]

/** The reference page of rights, as Markdown. */
export function rightsTable(): string {
  return [
    '# Rights',
    '',
    'Every rule of RBAC that comes with Serin; the same rules as YAML are in charts/serin/files/rights. None has a wildcard. Who needs which: [who may do what](../guides/rights.md).',
    ...parts.flatMap(([name, title, about]) => ['', `## ${title}`, '', about, '', ...table(rights[name])]),
  ].join('\n')
}

function table(list: readonly Right[]): string[] {
  return [row(['API group', 'Resources', 'Verbs', 'For']), row(Array(4).fill('---')), ...list.map(line)]
}

function line({ why, rule: { apiGroups, resources, verbs, resourceNames } }: Right): string {
  const names = resourceNames ? ` named ${codes(resourceNames)}` : ''
  return row([codes(apiGroups.map((group) => group || 'core')), codes(resources) + names, verbs.join(', '), why])
}

const codes = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}
