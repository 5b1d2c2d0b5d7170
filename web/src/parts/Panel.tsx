import { type ReactNode, useId } from 'react'
import './Panel.css'

/** A part of a screen with its heading. */
export function Panel({
  title,
  actions,
  children,
  className = '',
  level = 2,
}: {
  title: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
  level?: 2 | 3
}) {
  const id = useId()
  const Heading = `h${level}` as const
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <Heading className="panel-title" id={id}>
          {title}
        </Heading>
        {actions && <div className="panel-actions">{actions}</div>}
      </div>
      <div className="panel-body">{children}</div>
    </section>
  )
}
