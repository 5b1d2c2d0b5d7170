import { useEffect, useState } from 'react'
import { announcer } from './announcer.ts'
import './Live.css'

const told = announcer({ now: Date.now, wait: (ms, then) => void setTimeout(then, ms) })

/** Has screen readers say it when they have time; at most one message in five seconds, several become one. */
export const say = told.say

/** Has screen readers say it at once: for failures. */
export const sayNow = told.sayNow

/** The one place of the page that screen readers listen to. */
export function Live() {
  const [spoken, setSpoken] = useState({ polite: '', assertive: '' })
  useEffect(() => told.listen((kind, text) => setSpoken((before) => ({ ...before, [kind]: text }))), [])
  return (
    <>
      <div className="live" role="status" aria-live="polite">
        {spoken.polite}
      </div>
      <div className="live" role="alert" aria-live="assertive">
        {spoken.assertive}
      </div>
    </>
  )
}
