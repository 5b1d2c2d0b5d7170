import type { AnalysisPhase } from '../../api/analysisWords.ts'
import type { RolloutStatus, Run, Version } from '../../api/rolloutStatus.ts'
import type { Tone } from './paint.ts'

/** Words for what a status says in one letter or name; used by every view, so that they all say the same. */

export type Phase = RolloutStatus['phase'] | 'Unknown'

export function phaseTone(phase: Phase): Tone {
  switch (phase) {
    case 'Healthy':
      return 'good'
    case 'Degraded':
      return 'bad'
    case 'Paused':
      return 'held'
    case 'Progressing':
      return 'busy'
    case 'Unknown':
      return 'dim'
  }
}

/** Of an analysis or of one of its metrics. */
export function wordTone(word: AnalysisPhase | 'Unknown'): Tone {
  switch (word) {
    case 'Pass':
      return 'good'
    case 'Fail':
    case 'Error':
      return 'bad'
    case 'Inconclusive':
    case 'Stopped':
      return 'held'
    case 'Pending':
    case 'Running':
      return 'busy'
    case 'Unknown':
      return 'dim'
  }
}

/** An image without its registry, digests cut to twelve letters. */
export function shortImage(image: string): string {
  const [name = '', digest] = image.split('@')
  const tail = name.slice(name.lastIndexOf('/') + 1)
  if (digest === undefined) return tail
  const [algorithm = '', letters = ''] = digest.split(':')
  return `${tail}@${algorithm}:${letters.slice(0, 12)}`
}

export function images(version: Pick<Version, 'images'>): string {
  return version.images.map(shortImage).join(', ')
}

/** `8f2c (checkout:v1)`. */
export function named(version: Version): string {
  return version.images.length === 0 ? version.hash : `${version.hash} (${images(version)})`
}

export function triggered(trigger: Run['trigger']): string {
  switch (trigger) {
    case 'Template':
      return 'a changed template'
    case 'Retry':
      return '`serin retry`'
    case 'Undo':
      return '`serin undo`'
  }
}

export function moves(mode: Run['mode']): string {
  switch (mode) {
    case 'Routes':
      return 'routes move the traffic'
    case 'Switch':
      return 'one switch of the Service moves the traffic'
    case 'Pods':
      return 'the number of pods moves the traffic'
  }
}

/** The newest entry of the history; entries may stand in any order. */
export function lastEntry(status: RolloutStatus): RolloutStatus['history'][number] | undefined {
  return status.history.reduce<RolloutStatus['history'][number] | undefined>(
    (newest, entry) => (newest === undefined || entry.id > newest.id ? entry : newest),
    undefined,
  )
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
