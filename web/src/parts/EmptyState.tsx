import type { ReactNode } from 'react'
import { Code } from './Code.tsx'
import './States.css'

/** There is nothing: why, and the one command that changes it. */
export function EmptyState({ title, text, command, actions }: { title: string; text: ReactNode; command?: string; actions?: ReactNode }) {
  return (
    <div className="empty-state">
      <h2 className="empty-state-title">{title}</h2>
      <p>{text}</p>
      {command && <Code text={command} />}
      {actions}
    </div>
  )
}
