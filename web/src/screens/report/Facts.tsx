import type { ReactNode } from 'react'

export type Fact = readonly [title: string, text: ReactNode]

/** What there is to know, each under what it is. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="report-facts">
      {facts.map(([title, text]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
