import type { StreamStatus } from '../../api/stream.ts'
import { Button } from '../../parts/Button.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { strings } from '../../strings.ts'

/** What holds for the whole page: one has to log in again, what is shown may be old, nothing can be changed. */
export function Notes({
  ended,
  stream,
  readOnly,
  retry,
  again,
}: {
  ended: boolean
  stream: StreamStatus
  readOnly: boolean
  retry(): void
  /** To the login, and back here. */
  again(): void
}) {
  const words = strings.frame
  return (
    <>
      {ended ? (
        <div className="layout-note layout-note-strong" role="alert">
          {words.ended}
          <Button kind="primary" onClick={again}>
            {words.loginAgain}
          </Button>
        </div>
      ) : (
        stream.state === 'stale' && <StaleBar {...(stream.since === undefined ? {} : { since: stream.since })} retry={retry} />
      )}
      {readOnly && (
        <div className="layout-note" role="status">
          {words.readOnly}
        </div>
      )}
    </>
  )
}
