import { useSyncExternalStore } from 'react'
import type { Zone } from './parts/times.ts'

/** What a person chose for this browser. Nothing secret: it lies in localStorage. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  /** Single keys such as `p` are shortcuts. */
  keys: boolean
  zone: Zone
}

export const themes: readonly Preferences['theme'][] = ['system', 'light', 'dark']

const usual: Preferences = { theme: 'system', keys: true, zone: 'local' }
const place = 'serin.preferences'

/** Whatever lies there: what is not known counts as not chosen. */
export function preferencesOf(text: string | null): Preferences {
  let raw: Partial<Record<keyof Preferences, unknown>>
  try {
    raw = Object(JSON.parse(text ?? '{}')) as typeof raw
  } catch {
    return usual
  }
  return {
    theme: raw.theme === 'light' || raw.theme === 'dark' ? raw.theme : usual.theme,
    keys: raw.keys !== false,
    zone: raw.zone === 'utc' ? 'utc' : usual.zone,
  }
}

let now: Preferences = usual
const listeners = new Set<() => void>()

function apply(next: Preferences): void {
  now = next
  if (next.theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next.theme
  for (const listener of listeners) listener()
}

const stored = (): string | null => {
  try {
    return localStorage.getItem(place)
  } catch {
    return null
  }
}

/** Once, before anything is drawn. Other tabs' choices are followed. */
export function startPreferences(): void {
  apply(preferencesOf(stored()))
  addEventListener('storage', (event) => {
    if (event.key === place) apply(preferencesOf(event.newValue))
  })
}

export function choose(change: Partial<Preferences>): void {
  apply({ ...now, ...change })
  try {
    localStorage.setItem(place, JSON.stringify(now))
  } catch {
    // A browser that keeps nothing: the choice holds until the tab is closed.
  }
}

export const preferences = (): Preferences => now

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, preferences)
}
