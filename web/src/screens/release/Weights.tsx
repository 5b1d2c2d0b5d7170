import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { useNow, useZone } from '../../parts/Time.tsx'
import { absoluteText } from '../../parts/times.ts'
import { WeightBar } from '../../parts/WeightBar.tsx'
import { strings } from '../../strings.ts'
import './Weights.css'

const words = strings.release.weights

type Shift = NonNullable<ReleaseDetail['shifts']>[number]

/** The new version's share of the traffic: now, wanted, and how it came there. */
export function Weights({ weight, shifts }: { weight: { wanted: number; actual: number }; shifts: readonly Shift[] }) {
  const zone = useZone()
  const now = useNow()
  const list = shifts.map(({ weight: share, at }) => words.at(share, absoluteText(Date.parse(at), zone).slice(11, 19))).join(', ')
  return (
    <div className="weights">
      <div className="weights-now">
        <span className="muted">{words.now}</span>
        <WeightBar wanted={weight.wanted} actual={weight.actual} />
      </div>
      {shifts.length > 0 && (
        <svg className="weights-line" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img">
          <title>{words.over(list)}</title>
          <path className="weights-wanted" d={`M0 ${y(weight.wanted)} H${width}`} />
          <path className="weights-area" d={`${stairs(shifts, now)} L${width} ${height} L0 ${height} Z`} />
          <path className="weights-actual" d={stairs(shifts, now)} />
        </svg>
      )}
    </div>
  )
}

const width = 600
const height = 48
const y = (share: number): string => (height - 2 - (Math.min(100, Math.max(0, share)) / 100) * (height - 4)).toFixed(1)

/** The share as stairs from the first change until now. */
function stairs(shifts: readonly Shift[], now: number): string {
  const first = Date.parse(shifts[0]?.at ?? '')
  const span = Math.max(now - first, 1)
  const x = (at: string) => Math.min(width, Math.max(0, ((Date.parse(at) - first) / span) * width)).toFixed(1)
  const steps = shifts.map(({ at, weight }, index) => (index === 0 ? `M0 ${y(weight)}` : `H${x(at)} V${y(weight)}`))
  return [...steps, `H${width}`].join(' ')
}
