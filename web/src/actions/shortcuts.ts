import type { Action } from './actions.ts'
import { areSingle } from './keys.ts'

/** What the keys do: of several actions with the same keys the one offered last. Without single ones, only keys held with Ctrl or Cmd. */
export function shortcutsOf(actions: readonly Action[], single: boolean): ReadonlyMap<string, Action> {
  const found = new Map<string, Action>()
  for (const action of actions) if (action.keys !== undefined && (single || !areSingle(action.keys))) found.set(action.keys, action)
  return found
}

/** By their groups, in the order in which they are offered. */
export function grouped<T extends Pick<Action, 'group'>>(actions: Iterable<T>): { group: string; actions: T[] }[] {
  const groups = new Map<string, T[]>()
  for (const action of actions) groups.set(action.group, [...(groups.get(action.group) ?? []), action])
  return [...groups].map(([group, of]) => ({ group, actions: of }))
}

/** What somebody may mean: every word that is sought occurs in what is said of it. */
export function meant<T>(all: readonly T[], query: string, said: (one: T) => readonly (string | undefined)[]): T[] {
  const words = query.toLowerCase().split(/\s+/)
  return all.filter((one) => {
    const text = said(one).join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
