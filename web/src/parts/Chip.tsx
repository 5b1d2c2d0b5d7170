import type { ReactNode } from 'react'
import { CheckIcon, CrossIcon, DotIcon, type Icon, InfoIcon, WarnIcon } from './icons.tsx'
import './Chip.css'

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet'

const shapes: Record<Tone, Icon> = { good: CheckIcon, bad: CrossIcon, warn: WarnIcon, info: InfoIcon, quiet: DotIcon }

/** A state by shape and word; the colour only helps. */
export function Chip({ tone, shape, children }: { tone: Tone; shape?: Icon; children: ReactNode }) {
  const Shape = shape ?? shapes[tone]
  return (
    <span className={`chip chip-${tone}`}>
      <Shape />
      <span>{children}</span>
    </span>
  )
}
