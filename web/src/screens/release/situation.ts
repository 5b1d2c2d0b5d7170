import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'

/** What there is to say of a release first. Exactly one at any time. */
export type Situation =
  | 'unseen'
  | 'starting'
  | 'stepping'
  | 'waiting'
  | 'approval'
  | 'decision'
  | 'noData'
  | 'stuck'
  | 'paused'
  | 'promoting'
  | 'rollingBack'
  | 'refused'
  | 'degraded'
  | 'healthy'

/** By what the status says, not by its sentences. What a person must do comes before what goes on by itself. */
export function situationOf({ phase, run, attention, refused }: ReleaseDetail): Situation {
  if (run) {
    if (run.stage === 'RollingBack') return 'rollingBack'
    if (run.paused) return 'paused'
    if (attention?.kind === 'Approval') return 'approval'
    if (attention?.kind === 'Decision') return 'decision'
    if (attention?.kind === 'NoData') return 'noData'
    if (attention?.kind === 'Stuck' || attention?.kind === 'Failed') return 'stuck'
    if (run.stage === 'Promoting') return 'promoting'
    if (run.waiting) return 'waiting'
    return run.stage === 'Starting' ? 'starting' : 'stepping'
  }
  if (refused) return 'refused'
  switch (phase) {
    case 'Unknown':
      return 'unseen'
    case 'Degraded':
      return 'degraded'
    case 'Healthy':
    case 'Paused':
    case 'Progressing':
      return attention?.kind === 'Failed' || attention?.kind === 'Stuck' ? 'degraded' : 'healthy'
  }
}

export type SituationTone = 'good' | 'bad' | 'warn' | 'info' | 'quiet'

export function toneOf(situation: Situation): SituationTone {
  switch (situation) {
    case 'healthy':
      return 'good'
    case 'rollingBack':
    case 'refused':
    case 'degraded':
      return 'bad'
    case 'noData':
    case 'stuck':
    case 'paused':
      return 'warn'
    case 'unseen':
      return 'quiet'
    case 'starting':
    case 'stepping':
    case 'waiting':
    case 'approval':
    case 'decision':
    case 'promoting':
      return 'info'
  }
}
