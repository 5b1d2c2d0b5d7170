import type { Attention, LastRun, Release } from '../../../controller/src/server/dto/release.ts'
import { strings } from '../strings.ts'
import { Chip, type Tone } from './Chip.tsx'
import {
  BackIcon,
  CheckIcon,
  CircleIcon,
  ClockIcon,
  CrossIcon,
  type Icon,
  MovingIcon,
  PauseIcon,
  PersonIcon,
  StopIcon,
  WarnIcon,
} from './icons.tsx'

type Look = readonly [Tone, Icon]

const phases: Record<Release['phase'], Look> = {
  Healthy: ['good', CheckIcon],
  Progressing: ['info', MovingIcon],
  Paused: ['warn', PauseIcon],
  Degraded: ['bad', CrossIcon],
  Unknown: ['quiet', CircleIcon],
}

const results: Record<LastRun['result'], Look> = {
  Promoted: ['good', CheckIcon],
  RolledBack: ['bad', BackIcon],
  Superseded: ['quiet', MovingIcon],
  Aborted: ['warn', StopIcon],
}

const attentions: Record<Attention['kind'], Look> = {
  Approval: ['info', PersonIcon],
  Decision: ['info', PersonIcon],
  Stuck: ['warn', ClockIcon],
  NoData: ['warn', WarnIcon],
  Paused: ['warn', PauseIcon],
  RolledBack: ['bad', BackIcon],
  Failed: ['bad', CrossIcon],
}

export function Phase({ phase }: { phase: Release['phase'] }) {
  const [tone, shape] = phases[phase]
  return (
    <Chip tone={tone} shape={shape}>
      {strings.parts.phase[phase]}
    </Chip>
  )
}

export function Result({ result }: { result: LastRun['result'] }) {
  const [tone, shape] = results[result]
  return (
    <Chip tone={tone} shape={shape}>
      {strings.parts.result[result]}
    </Chip>
  )
}

/** Why a person should look. */
export function AttentionChip({ kind }: { kind: Attention['kind'] }) {
  const [tone, shape] = attentions[kind]
  return (
    <Chip tone={tone} shape={shape}>
      {strings.parts.attention[kind]}
    </Chip>
  )
}
