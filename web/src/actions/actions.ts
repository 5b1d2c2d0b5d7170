import { useEffect, useSyncExternalStore } from 'react'

/** Something a person can do now: shown in the palette, and by its keys in the help. */
export interface Action {
  id: string
  title: string
  /** Under which heading of the palette and of the help. */
  group: string
  /** As in `keys.ts`: `p`, `shift+a`, `g r`. */
  keys?: string
  /** Held down, its key does it again and again. */
  repeats?: boolean
  /** Why it cannot be done now; shown, but not done. */
  because?: string
  run(): void
}

let lists: readonly (readonly Action[])[] = []
let all: readonly Action[] = []
const listeners = new Set<() => void>()

function set(next: readonly (readonly Action[])[]): void {
  lists = next
  all = lists.flat()
  for (const listener of listeners) listener()
}

/** Offers actions while the caller is on the screen. Give the same array as long as nothing changed (useMemo). */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => {
    set([...lists, actions])
    return () => set(lists.filter((one) => one !== actions))
  }, [actions])
}

/** All that can be done now; of several with the same keys the one offered last counts. */
export function useOffered(): readonly Action[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => all,
  )
}

export const offered = (): readonly Action[] => all
