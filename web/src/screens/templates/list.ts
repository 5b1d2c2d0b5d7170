import type { TemplateItem } from '../../../../controller/src/server/dto/measuring.ts'

/** How a template is found by its address: `-` stands for the whole cluster. */
export function addressOf({ scope, namespace, name }: Pick<TemplateItem, 'scope' | 'namespace' | 'name'>) {
  return { scope, namespace: namespace ?? '-', name }
}

/** The address of one that is not stored yet: no name of Kubernetes is a dash. */
export const newAddress = { scope: 'Namespace', namespace: '-', name: '-' } as const

/** Templates in which every word of the filter occurs, by namespace and name; the cluster's first. */
export function matching(items: readonly TemplateItem[], q: string): TemplateItem[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = ({ namespace = '', name, judge, metrics, args, usedBy }: TemplateItem) =>
    [
      namespace,
      name,
      judge,
      ...metrics.flatMap((metric) => [metric.name, metric.form]),
      ...args.map((arg) => arg.name),
      ...usedBy.map((user) => `${user.namespace}/${user.name}`),
    ]
      .join(' ')
      .toLowerCase()
  return items
    .filter((item) => words.every((word) => textOf(item).includes(word)))
    .sort((one, other) => (one.namespace ?? '').localeCompare(other.namespace ?? '') || one.name.localeCompare(other.name))
}
