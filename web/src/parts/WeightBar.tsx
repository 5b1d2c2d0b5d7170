import { strings } from '../strings.ts'
import './Live.css'
import './WeightBar.css'

/** The new version's share of the traffic in percent: what is confirmed, and what was asked for where it differs. */
export function WeightBar({ wanted, actual }: { wanted: number; actual: number }) {
  return (
    <span className="weight-bar">
      <span className="weight-bar-track" aria-hidden="true">
        <span className="weight-bar-fill" style={{ width: `${clamp(actual)}%` }} />
        {wanted !== actual && <span className="weight-bar-wanted" style={{ left: `${clamp(wanted)}%` }} />}
      </span>
      <span>
        <span className="visually-hidden">{strings.parts.weightLabel}: </span>
        {strings.parts.weight(wanted, actual)}
      </span>
    </span>
  )
}

const clamp = (percent: number) => Math.min(100, Math.max(0, percent))
