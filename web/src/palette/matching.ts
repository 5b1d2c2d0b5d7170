import type { Action } from '../actions/actions.ts'

/** Those in which every word occurs. The palette itself, and what leads to it, are not among them. */
export function matching(actions: readonly Action[], text: string): readonly Action[] {
  const sought = text.toLowerCase().split(/\s+/).filter(Boolean)
  return actions.filter(({ id, title, group }) => {
    const said = `${group} ${title}`.toLowerCase()
    return id !== 'palette' && id !== 'search' && sought.every((word) => said.includes(word))
  })
}
