import type { CommandView, EventView, HistoryItem } from '../../../../controller/src/server/dto/detail.ts'
import { strings } from '../../strings.ts'

export type EntryKind = 'event' | 'command' | 'run'

/** Something that happened, whoever tells it. */
export interface Entry {
  key: string
  at: string
  kind: EntryKind
  tone: 'good' | 'bad' | 'warn' | 'info' | 'quiet'
  title: string
  text: string
  by?: string
  /** The kind of the object that an event is about, when it is not the Rollout itself. */
  about?: string
  /** The run whose record it leads to. */
  run?: number
}

export interface Told {
  events: readonly EventView[]
  commands: readonly CommandView[]
  history: readonly HistoryItem[]
}

/** Events, commands and ended runs as one story, the newest first. Nothing is left out and nothing told twice: events that only repeat why a run ended, or what became of a command, are not shown beside its entry. */
export function timelineOf({ events, commands, history }: Told): Entry[] {
  const entries = [
    ...events
      .filter((event) => !history.some((item) => repeats(event, item)) && !commands.some((command) => answers(event, command)))
      .map(eventEntry),
    ...commands.map(commandEntry),
    ...history.map(runEntry),
  ]
  return entries.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

/** How long after its end a run's events still come. */
const echo = 120_000

/** Whether an event about the Rollout says nothing but why a run ended. */
function repeats({ about, note, at }: EventView, { because, endedAt }: HistoryItem): boolean {
  if (about.kind !== 'Rollout' || because === '' || Math.abs(Date.parse(at) - Date.parse(endedAt)) > echo) return false
  return note.includes(because) || (note !== '' && because.includes(note))
}

/** Whether an event is the controller's answer to that command. */
const answers = ({ about, reason, note }: EventView, { name, phase }: CommandView): boolean =>
  about.kind === 'Rollout' && reason === `Command${phase}` && note.startsWith(`${name}: `)

/** The same of several pods or sets in a row is one entry that says how many there are. */
export function gathered(entries: readonly Entry[]): (Entry & { more: number })[] {
  const story: (Entry & { more: number })[] = []
  for (const entry of entries) {
    const last = story.at(-1)
    if (last?.about && last.about === entry.about && last.title === entry.title && last.tone === entry.tone) last.more += 1
    else story.push({ ...entry, more: 0 })
  }
  return story
}

export interface Filter {
  kinds: readonly EntryKind[]
  /** Only what is bad or worth a warning. */
  troubles: boolean
}

export const everything: Filter = { kinds: ['event', 'command', 'run'], troubles: false }

export function filtered(entries: readonly Entry[], { kinds, troubles }: Filter): Entry[] {
  return entries.filter(({ kind, tone }) => kinds.includes(kind) && (!troubles || tone === 'bad' || tone === 'warn'))
}

const words = strings.release.timeline

const eventEntry = ({ type, reason, note, about, count, at }: EventView, index: number): Entry => ({
  key: `event ${index} ${at} ${reason} ${about.kind}/${about.name}`,
  at,
  kind: 'event',
  tone: type === 'Warning' ? 'warn' : 'quiet',
  title: count > 1 ? words.times(reason, count) : reason,
  text: about.kind === 'Rollout' ? note : `${about.kind} ${about.name}: ${note}`,
  ...(about.kind === 'Rollout' ? {} : { about: about.kind }),
})

const commandTones = { Pending: 'info', Done: 'good', Refused: 'bad' } as const

const commandEntry = ({ name, action, by, reason, phase, message, askedAt }: CommandView): Entry => ({
  key: `command ${name}`,
  at: askedAt,
  kind: 'command',
  tone: commandTones[phase],
  title: words.asked(strings.actions.names[action], phase),
  text: [reason && !message.includes(reason) ? words.reason(reason) : '', message].filter((part) => part !== '').join(' '),
  // The controller's sentence mostly begins with the name.
  ...(by !== undefined && message.startsWith(by) ? {} : { by: by ?? words.unverified }),
})

const resultTones = { Promoted: 'good', RolledBack: 'bad', Superseded: 'quiet', Aborted: 'warn' } as const

const runEntry = ({ id, result, because, by, endedAt }: HistoryItem): Entry => ({
  key: `run ${id}`,
  at: endedAt,
  kind: 'run',
  tone: resultTones[result],
  title: words.run(id, strings.parts.result[result]),
  text: because,
  ...(by === undefined || because.startsWith(by) ? {} : { by }),
  run: id,
})
