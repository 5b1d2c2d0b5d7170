import { useCallback, useMemo, useState } from 'react'
import { useActions, useOffered } from '../actions/actions.ts'
import { usePreferences } from '../preferences.ts'
import { strings } from '../strings.ts'
import { HelpDialog, PaletteDialog, usePreloaded } from './dialogs.tsx'
import { useKeyboard } from './useKeyboard.ts'

/** The keyboard of the page: shortcuts, the palette and the help of both. */
export function Commands() {
  const [open, setOpen] = useState<'palette' | 'help'>()
  const actions = useOffered()
  const { keys } = usePreferences()
  const close = useCallback(() => setOpen(undefined), [])
  usePreloaded()
  useKeyboard()
  useActions(
    useMemo(() => {
      const words = strings.palette
      const group = words.group
      return [
        { id: 'palette', title: words.open, group, keys: 'mod+k', run: () => setOpen('palette') },
        { id: 'search', title: words.search, group, keys: '/', run: () => focusSearch() || setOpen('palette') },
        { id: 'help', title: words.help.title, group, keys: '?', run: () => setOpen('help') },
      ]
    }, []),
  )
  return (
    <>
      <PaletteDialog open={open === 'palette'} actions={actions} onClose={close} />
      <HelpDialog open={open === 'help'} actions={actions} single={keys} onClose={close} />
    </>
  )
}

/** The search field of the screen, where it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]')
  field?.focus()
  field?.select()
  return field !== null
}
