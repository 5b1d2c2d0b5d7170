import { Button } from '../../parts/Button.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { strings } from '../../strings.ts'

const words = strings.demo

const demoVersions = ['good', 'slow', 'broken'] as const
export type DemoVersion = (typeof demoVersions)[number]

/** In a demo: something to release. */
export function DemoPanel({
  busy,
  shipped,
  error,
  because,
  onShip,
}: {
  busy: DemoVersion | undefined
  shipped: DemoVersion | undefined
  error: unknown
  /** Why one may not. */
  because?: string
  onShip(version: DemoVersion): void
}) {
  return (
    <Panel title={words.title} className="demo-panel">
      <p className="muted">{words.text}</p>
      <div className="actions">
        {demoVersions.map((version) => (
          <Button
            key={version}
            busy={busy === version}
            disabled={busy !== undefined || because !== undefined}
            because={because}
            onClick={() => onShip(version)}
          >
            {words.ship[version]}
          </Button>
        ))}
      </div>
      {shipped && !error && <p role="status">{words.shipped(shipped)}</p>}
      {error !== undefined && error !== null && <ErrorState error={error} small />}
    </Panel>
  )
}
