import type { SourceItem } from '../../../../controller/src/server/dto/measuring.ts'

/** The worst first. */
export const healths = ['Down', 'Unknown', 'Up'] as const
export type Health = SourceItem['health']

/** What is looked for: part of the address. */
export interface Choice {
  q: string
  health: Health | undefined
}

/** Reads an address that anybody may have written: what makes no sense counts for nothing. */
export function choiceOf(search: Readonly<Record<string, unknown>>): Choice {
  return {
    q: typeof search.q === 'string' || typeof search.q === 'number' ? String(search.q) : '',
    health: healths.find((one) => one === search.health),
  }
}

/** Sources in which every word of the filter occurs, the worst first, then by name. */
export function matching(items: readonly SourceItem[], { q, health }: Choice): SourceItem[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = ({ namespace = '', name, type, address = '', because }: SourceItem) =>
    [namespace, name, type, address, because].join(' ').toLowerCase()
  return items
    .filter((item) => (health === undefined || item.health === health) && words.every((word) => textOf(item).includes(word)))
    .sort(
      (one, other) =>
        healths.indexOf(one.health) - healths.indexOf(other.health) ||
        (one.namespace ?? '').localeCompare(other.namespace ?? '') ||
        one.name.localeCompare(other.name),
    )
}
