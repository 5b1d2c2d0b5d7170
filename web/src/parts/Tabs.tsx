import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import './Tabs.css'

export interface TabsProps {
  label: string
  tabs: readonly { id: string; title: ReactNode; content: ReactNode }[]
  /** The open one, where the caller keeps it, e.g. in the address. */
  value?: string
  onChange?(id: string): void
}

export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const kept = value === undefined ? { defaultValue: tabs[0]?.id ?? '' } : { value }
  return (
    <Radix.Root {...kept} {...(onChange ? { onValueChange: onChange } : {})}>
      <Radix.List className="tabs-list" aria-label={label}>
        {tabs.map(({ id, title }) => (
          <Radix.Trigger key={id} value={id} className="tabs-tab">
            {title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id} className="tabs-content">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
