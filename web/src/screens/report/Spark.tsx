import { type Piece, pieces } from './spark.ts'
import './Spark.css'

export interface SparkProps {
  /** What it shows, in a sentence. */
  label: string
  canary: readonly (number | null)[]
  baseline?: readonly (number | null)[]
  width?: number
  height?: number
}

/** Both versions over time in the size of a word. The canary is solid, the baseline dashed; where there is no data, nothing is drawn. */
export function Spark({ label, canary, baseline, width = 132, height = 28 }: SparkProps) {
  const [of = [], ofBaseline = []] = pieces(baseline ? [canary, baseline] : [canary], width - 4, height - 4)
  return (
    <svg className="spark" viewBox={`-2 -2 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      <Line pieces={ofBaseline} arm="baseline" />
      <Line pieces={of} arm="canary" />
    </svg>
  )
}

function Line({ pieces, arm }: { pieces: readonly Piece[]; arm: 'canary' | 'baseline' }) {
  return pieces.map((piece) =>
    'path' in piece ? (
      <path key={piece.path} className={`spark-line spark-${arm}`} d={piece.path} />
    ) : (
      <circle key={piece.point.join(' ')} className={`spark-dot spark-${arm}`} cx={piece.point[0]} cy={piece.point[1]} r="1.5" />
    ),
  )
}
