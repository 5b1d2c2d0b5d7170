export interface Pressed {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** A key press as it is written in an action: `p`, `shift+a`, `?`, `mod+k` (Ctrl or Cmd), `Enter`. Undefined for what is never a shortcut. */
export function chordOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): string | undefined {
  if (altKey || key === 'Shift' || key === 'Control' || key === 'Meta' || key === 'Dead') return undefined
  const letter = /^[a-z]$/i.test(key)
  const shift = letter && shiftKey ? 'shift+' : ''
  return `${ctrlKey || metaKey ? 'mod+' : ''}${shift}${letter ? key.toLowerCase() : key}`
}

/** How long the second key of `g r` may take. */
const patience = 1_500

/** Takes chords one by one and says which of the known key sequences is complete with it. */
export function sequences() {
  let first: { chord: string; at: number } | undefined
  return function complete(chord: string, at: number, known: ReadonlySet<string>): string | undefined {
    const pair = first && at - first.at <= patience ? `${first.chord} ${chord}` : undefined
    first = undefined
    if (pair && known.has(pair)) return pair
    if (known.has(chord)) return chord
    if ([...known].some((keys) => keys.startsWith(`${chord} `))) first = { chord, at }
    return undefined
  }
}

/** The keys as people read them: `Shift A`, `G then R`. */
export function keysText(keys: string, apple: boolean): string {
  return keys
    .split(' ')
    .map((chord) =>
      chord
        .split(/\+(?=.)/)
        .map((key) => (key === 'mod' ? (apple ? 'Cmd' : 'Ctrl') : key === 'shift' ? 'Shift' : key.length === 1 ? key.toUpperCase() : key))
        .join(' '),
    )
    .join(' then ')
}

/** Whether they are letters or signs alone: those can be turned off (WCAG 2.1.4), and do nothing while somebody writes. */
export const areSingle = (keys: string): boolean => !keys.startsWith('mod+')
