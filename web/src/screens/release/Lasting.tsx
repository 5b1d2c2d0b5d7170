import { useNow, useZone } from '../../parts/Time.tsx'
import { Tooltip } from '../../parts/Tooltip.tsx'
import { absoluteText, spanText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'

/** For how long something has been so; since when on hover and focus. */
export function Lasting({ since }: { since: string }) {
  const now = useNow()
  const zone = useZone()
  const at = Date.parse(since)
  if (!Number.isFinite(at)) return null
  return (
    <Tooltip text={absoluteText(at, zone)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the instant must be readable by keyboard too */}
      <time dateTime={new Date(at).toISOString()} tabIndex={0}>
        {strings.release.lasting(spanText((now - at) / 1000))}
      </time>
    </Tooltip>
  )
}
