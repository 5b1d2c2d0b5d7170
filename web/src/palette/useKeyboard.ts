import { useEffect } from 'react'
import { type Action, offered } from '../actions/actions.ts'
import { chordOf, sequences } from '../actions/keys.ts'
import { sayNow } from '../parts/Live.tsx'
import { preferences } from '../preferences.ts'

/** Where keys are for writing, or for choosing. */
const taken = 'input, textarea, select, [contenteditable], [role="menu"], [role="dialog"], [role="listbox"]'

/** Does what is offered under the keys that are pressed. Of two with the same keys the one offered last counts: it is the nearest. */
export function useKeyboard(): void {
  useEffect(() => {
    const complete = sequences()
    const pressed = (event: KeyboardEvent) => {
      const chord = chordOf(event)
      if (chord === undefined || event.defaultPrevented || event.repeat || event.isComposing) return
      const mod = chord.startsWith('mod+')
      if (!mod && (!preferences().keys || (event.target instanceof Element && event.target.closest(taken)))) return
      if (!mod && document.querySelector('[role="dialog"]')) return
      const actions = new Map<string, Action>(offered().flatMap((action) => (action.keys ? [[action.keys, action] as const] : [])))
      const action = actions.get(complete(chord, event.timeStamp, new Set(actions.keys())) ?? '')
      if (!action) return
      event.preventDefault()
      if (action.because === undefined) action.run()
      else sayNow(action.because)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
}
