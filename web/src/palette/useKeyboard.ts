import { useEffect } from 'react'
import { offered } from '../actions/actions.ts'
import { chordOf, sequences } from '../actions/keys.ts'
import { shortcutsOf } from '../actions/shortcuts.ts'
import { useToast } from '../parts/Toasts.tsx'
import { preferences } from '../preferences.ts'

/** Where letters are written, or choose from a list. */
const written =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="combobox"], [role="listbox"], [role="menu"]'

/** Over the page lies something to which all keys belong. */
const over = '[role="dialog"], [role="alertdialog"], [role="menu"]'

/** Does what is offered under the keys that are pressed. Of two with the same keys the one offered last counts: it is the nearest. What cannot be done says why. */
export function useKeyboard(): void {
  const toast = useToast()
  useEffect(() => {
    const complete = sequences()
    const pressed = (event: KeyboardEvent) => {
      const chord = chordOf(event)
      if (chord === undefined || event.defaultPrevented || event.isComposing || document.querySelector(over)) return
      const writes = event.target instanceof Element && event.target.closest(written) !== null
      const known = shortcutsOf(offered(), preferences().keys && !writes)
      const action = known.get(complete(chord, event.timeStamp, new Set(known.keys())) ?? '')
      if (!action) return
      // Else the key would be written into the field that it leads to.
      event.preventDefault()
      if (event.repeat && !action.repeats) return
      if (action.because === undefined) action.run()
      else toast({ tone: 'warn', text: `${action.title}: ${action.because}` })
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [toast])
}
