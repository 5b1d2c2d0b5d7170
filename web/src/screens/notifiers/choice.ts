import type { NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'

/** The worst first. */
export const states = ['Failing', 'Unknown', 'Ready'] as const
export type State = NotifierItem['state']

/** What is looked for: part of the address. */
export interface Choice {
  q: string
  state: State | undefined
}

/** Reads an address that anybody may have written: what makes no sense counts for nothing. */
export function choiceOf(search: Readonly<Record<string, unknown>>): Choice {
  return {
    q: typeof search.q === 'string' || typeof search.q === 'number' ? String(search.q) : '',
    state: states.find((one) => one === search.state),
  }
}

/** What tells one Notifier from all others. */
export const keyOf = ({ scope, namespace = '-', name }: Pick<NotifierItem, 'scope' | 'namespace' | 'name'>): string =>
  `${scope}/${namespace}/${name}`

/** As people call it. */
export const nameOf = ({ namespace, name }: Pick<NotifierItem, 'namespace' | 'name'>): string =>
  namespace === undefined ? name : `${namespace}/${name}`

/** Notifiers in which every word of the filter occurs, the worst first, then by name. */
export function matching(items: readonly NotifierItem[], { q, state }: Choice): NotifierItem[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = ({ namespace = '', name, target, to = '', events, rollouts, namespaces, lastError }: NotifierItem) =>
    [namespace, name, target, to, ...events, ...rollouts, ...namespaces, lastError?.message ?? ''].join(' ').toLowerCase()
  return items
    .filter((item) => (state === undefined || item.state === state) && words.every((word) => textOf(item).includes(word)))
    .sort((one, other) => states.indexOf(one.state) - states.indexOf(other.state) || nameOf(one).localeCompare(nameOf(other)))
}
