import type { ReactNode } from 'react'

/** One state of one screen or part, as the gallery shows it and the tests photograph it. It depends on nothing but itself: no server, no clock. */
export interface Story {
  /** Screen and state, e.g. `release/waiting for approval`. */
  name: string
  render(): ReactNode
}

/** The instant at which all stories are told. */
export const storyNow = Date.parse('2026-03-14T10:18:00Z')
