import { type ComponentType, lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Action } from '../actions/actions.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { strings } from '../strings.ts'
import type { PaletteProps } from './Palette.tsx'
import './Palette.css'

const words = strings.palette

const NotLoaded = () => (
  <p role="alert">
    {words.notLoaded} <Button onClick={() => location.reload()}>{strings.frame.crashed.reload}</Button>
  </p>
)

// A page that is older than its server, or cut off from it, keeps what it shows.
const orNot = <Props,>(part: Promise<ComponentType<Props>>) => part.catch((): ComponentType<Props> => NotLoaded)
const Palette = lazy(async () => ({ default: await orNot(import('./Palette.tsx').then((part) => part.Palette)) }))
const Help = lazy(async () => ({ default: await orNot(import('./Help.tsx').then((part) => part.Help)) }))

/** Has the palette at hand before somebody asks for it, once the screen is there. */
export function usePreloaded(): void {
  useEffect(() => {
    const timer = setTimeout(() => void import('./Palette.tsx').catch(() => {}), 2_000)
    return () => clearTimeout(timer)
  }, [])
}

interface OverlayProps {
  open: boolean
  actions: readonly Action[]
  onClose(): void
}

/** What is chosen is done once the palette is gone, and the focus back. */
export function PaletteDialog({ open, actions, onClose }: OverlayProps) {
  const chosen = useRef<() => void>(undefined)
  return (
    <Dialog
      open={open}
      onClose={onClose}
      onClosed={() => {
        const run = chosen.current
        chosen.current = undefined
        run?.()
      }}
      title={words.title}
      className="palette"
    >
      <Typed
        actions={actions}
        onChoose={(run) => {
          chosen.current = run
          onClose()
        }}
        onClose={onClose}
      />
    </Dialog>
  )
}

/** One can write before the rest is loaded. */
function Typed(props: Omit<PaletteProps, 'query' | 'onQuery'>) {
  const [query, setQuery] = useState('')
  return (
    <Suspense
      fallback={
        <input
          className="palette-input"
          aria-label={words.label}
          placeholder={words.hint}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      }
    >
      <Palette query={query} onQuery={setQuery} {...props} />
    </Suspense>
  )
}

export function HelpDialog({ open, actions, single, onClose }: OverlayProps & { single: boolean }) {
  const close = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open={open}
      onClose={onClose}
      focus={close}
      wide
      title={words.help.title}
      text={words.help.text}
      actions={
        <Button ref={close} onClick={onClose}>
          {words.help.close}
        </Button>
      }
    >
      <Suspense>
        <Help actions={actions} single={single} />
      </Suspense>
    </Dialog>
  )
}
