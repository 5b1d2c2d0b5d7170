import type { ReactNode } from 'react'

/** One state of one screen or part, as the gallery shows it and the tests photograph it. It depends on nothing but itself: no server, no clock. */
export interface Story {
  /** Screen and state, e.g. `release/waiting for approval`. */
  name: string
  render(): ReactNode
}

/** The instant at which all stories are told. */
export const storyNow = Date.parse('2026-03-14T10:18:00Z')

/** So many minutes before that. */
export const ago = (minutes: number): string => new Date(storyNow - minutes * 60_000).toISOString()

/** A name that would be markup if it were not escaped. */
export const hostile = '<img src=x onerror=alert(1)>'

/** A name as long as people choose them. */
export const wordy = 'payments-reconciliation-nightly-settlement-and-dispute-notification-service'

/** A name as long as Kubernetes allows. */
export const long = `${'a-very-long-name-of-a-service-that-somebody-wrote-'.repeat(5)}end`.slice(0, 253)
