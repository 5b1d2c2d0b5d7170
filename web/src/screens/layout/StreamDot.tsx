import type { StreamState } from '../../api/streamState.ts'
import { CircleIcon, DotIcon, WarnIcon } from '../../parts/icons.tsx'
import { Tooltip } from '../../parts/Tooltip.tsx'
import { strings } from '../../strings.ts'

const shapes = { live: DotIcon, reconnecting: CircleIcon, stale: WarnIcon }

/** Whether what is shown is live, by shape and word. */
export function StreamDot({ state }: { state: StreamState }) {
  const Shape = shapes[state]
  const words = strings.frame.stream
  return (
    <Tooltip text={words.tips[state]}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be readable by keyboard too */}
      <span className={`stream-dot stream-dot-${state}`} tabIndex={0}>
        <Shape />
        <span className="stream-dot-word">{words[state]}</span>
      </span>
    </Tooltip>
  )
}
