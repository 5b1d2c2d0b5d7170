import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { strings } from '../strings.ts'
import { IconButton } from './Button.tsx'
import type { Tone } from './Chip.tsx'
import { CheckIcon, CrossIcon, InfoIcon, WarnIcon } from './icons.tsx'
import { say, sayNow } from './Live.tsx'
import './Toasts.css'

export interface Toast {
  tone: Tone
  text: string
  /** More to do about it, e.g. a link. */
  more?: ReactNode
}

interface Shown extends Toast {
  id: number
}

/** Long enough to read; failures stay until they are put away. */
const shownFor = 8_000
const most = 4

let shown: readonly Shown[] = []
let count = 0
const listeners = new Set<() => void>()

function set(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function toast(told: Toast): void {
  count += 1
  set([...shown, { ...told, id: count }].slice(-most))
  if (told.tone === 'bad') sayNow(told.text)
  else say(told.text)
}

const close = (id: number) => set(shown.filter((one) => one.id !== id))

/** Tells in a corner of the page what came of something; screen readers say it too. */
export function useToast(): (toast: Toast) => void {
  return toast
}

export function Toasts() {
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
  if (toasts.length === 0) return null
  return (
    <ul className="toasts" aria-label={strings.parts.toasts}>
      {toasts.map((one) => (
        <ToastItem key={one.id} toast={one} onClose={() => close(one.id)} />
      ))}
    </ul>
  )
}

const marks = { good: CheckIcon, bad: CrossIcon, warn: WarnIcon, info: InfoIcon, quiet: InfoIcon }

export function ToastItem({ toast: { tone, text, more }, onClose }: { toast: Toast; onClose(): void }) {
  const [held, setHeld] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way to close is the same one, made anew
  useEffect(() => {
    if (held || tone === 'bad') return
    const timer = setTimeout(onClose, shownFor)
    return () => clearTimeout(timer)
  }, [held, tone])
  const Mark = marks[tone]
  return (
    <li
      className={`toast toast-${tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Mark />
      <div className="toast-text">
        {text} {more}
      </div>
      <IconButton label={strings.parts.close} icon={CrossIcon} onClick={onClose} />
    </li>
  )
}
