import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useActions, useOffered } from '../actions/actions.ts'
import { usePreferences } from '../preferences.ts'
import { strings } from '../strings.ts'
import { useKeyboard } from './useKeyboard.ts'

const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }))
const Help = lazy(async () => ({ default: (await import('./Help.tsx')).Help }))

/** The keyboard of the page: shortcuts, the palette and the help of both. Neither is loaded before it is asked for. */
export function Commands() {
  const [open, setOpen] = useState<'palette' | 'help'>()
  const actions = useOffered()
  const { keys } = usePreferences()
  const close = useCallback(() => setOpen(undefined), [])
  useKeyboard()
  useActions(
    useMemo(() => {
      const words = strings.palette
      const group = words.group
      return [
        {
          id: 'palette',
          title: words.open,
          group,
          keys: 'mod+k',
          run: () => setOpen((now) => (now === 'palette' ? undefined : 'palette')),
        },
        { id: 'search', title: words.search, group, keys: '/', run: () => focusSearch() || setOpen('palette') },
        { id: 'help', title: words.help, group, keys: '?', run: () => setOpen('help') },
      ]
    }, []),
  )
  if (!open) return null
  return (
    <Suspense>
      {open === 'palette' ? <Palette actions={actions} onClose={close} /> : <Help actions={actions} single={keys} onClose={close} />}
    </Suspense>
  )
}

/** The search field of the screen, where it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]')
  field?.focus()
  field?.select()
  return field !== null
}
