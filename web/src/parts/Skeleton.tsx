import { strings } from '../strings.ts'
import './States.css'
import './Live.css'

/** Stands for what is being loaded. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{strings.parts.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={row} className="skeleton-row" />
      ))}
    </div>
  )
}
