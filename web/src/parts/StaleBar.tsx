import { strings } from '../strings.ts'
import { Button } from './Button.tsx'
import { WarnIcon } from './icons.tsx'
import { Time } from './Time.tsx'
import './States.css'

/** What is shown may be old: since when, and a way to ask again. */
export function StaleBar({ since, retry }: { since?: string | number; retry?(): void }) {
  return (
    <div className="stale-bar" role="status">
      <WarnIcon />
      <span>{strings.parts.stale}</span>
      {since !== undefined && (
        <span>
          {strings.parts.updated} <Time at={since} />
        </span>
      )}
      {retry && <Button onClick={retry}>{strings.parts.error.retry}</Button>}
    </div>
  )
}
