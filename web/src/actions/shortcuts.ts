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

/** The actions that somebody may mean: every word occurs in the title or the group. */
export function meant<T extends Pick<Action, 'group' | 'title'>>(actions: readonly T[], query: string): T[] {
  const words = query.toLowerCase().split(/\s+/)
  return actions.filter(({ title, group }) => {
    const text = `${group} ${title}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
