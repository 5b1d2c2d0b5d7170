import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'
import { Tooltip } from './Tooltip.tsx'
import { absoluteText, relativeText, spanText, type Zone } from './times.ts'

interface Clock {
  now(): number
  subscribe(told: () => void): () => void
}

const listeners = new Set<() => void>()
let ticked = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** The time of day, a tick a second while anybody looks. */
const live: Clock = {
  now: () => ticked,
  subscribe(told) {
    if (listeners.size === 0) {
      ticked = Date.now()
      timer = setInterval(() => {
        ticked = Date.now()
        for (const listener of listeners) listener()
      }, 1000)
    }
    listeners.add(told)
    return () => {
      listeners.delete(told)
      if (listeners.size === 0) clearInterval(timer)
    }
  },
}

const Context = createContext<{ clock: Clock; zone: Zone }>({ clock: live, zone: 'local' })

/** What time it is for everything inside, and in which zone it is written. `now` stops the clock there: for stories and print. */
export function ClockProvider({ now, zone = 'local', children }: { now?: number; zone?: Zone; children: ReactNode }) {
  const value = useMemo(() => ({ clock: now === undefined ? live : { now: () => now, subscribe: () => () => {} }, zone }), [now, zone])
  return <Context value={value}>{children}</Context>
}

/** The time, renewed every second, in milliseconds. */
export function useNow(): number {
  const { clock } = useContext(Context)
  return useSyncExternalStore(clock.subscribe, clock.now, clock.now)
}

export function useZone(): Zone {
  return useContext(Context).zone
}

/** An instant as its distance from now; the instant itself, with its zone, on hover and focus. `quiet`: not in the order of the keyboard, for long lists. */
export function Time({ at, quiet = false }: { at: string | number; quiet?: boolean }) {
  const { clock, zone } = useContext(Context)
  const instant = typeof at === 'number' ? at : Date.parse(at)
  // Drawn again only when the words change.
  const words = () => relativeText(instant, clock.now())
  const text = useSyncExternalStore(clock.subscribe, words, words)
  if (!Number.isFinite(instant)) return <span>{String(at)}</span>
  const absolute = absoluteText(instant, zone)
  const dateTime = new Date(instant).toISOString()
  if (quiet) {
    return (
      <time dateTime={dateTime} title={absolute}>
        {text}
      </time>
    )
  }
  return (
    <Tooltip text={absolute}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the instant must be readable by keyboard too */}
      <time dateTime={dateTime} tabIndex={0}>
        {text}
      </time>
    </Tooltip>
  )
}

/** An instant as date and time with its zone. */
export function Instant({ at }: { at: string | number }) {
  const zone = useZone()
  const instant = typeof at === 'number' ? at : Date.parse(at)
  if (!Number.isFinite(instant)) return <span>{String(at)}</span>
  return <time dateTime={new Date(instant).toISOString()}>{absoluteText(instant, zone)}</time>
}

/** A length of time. */
export function Span({ seconds }: { seconds: number }) {
  return <span>{spanText(seconds)}</span>
}
