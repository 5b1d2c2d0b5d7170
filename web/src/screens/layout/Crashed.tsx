import { Component, type ReactNode } from 'react'
import { Button } from '../../parts/Button.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { strings } from '../../strings.ts'

/** A screen threw. A part that cannot be loaded is one of an older build, of before the server was renewed. */
export function Crashed({ error }: { error: unknown }) {
  const words = strings.frame.crashed
  const old = error instanceof Error && /dynamically imported module|module script|preload/i.test(error.message)
  return (
    <main className="screen" id="main">
      <h1>{old ? words.old : words.title}</h1>
      {old ? <p>{words.oldText}</p> : <ErrorState error={error} />}
      <p>
        <Button kind="primary" onClick={() => location.reload()}>
          {words.reload}
        </Button>
      </p>
    </main>
  )
}

/** Catches what a screen throws; the frame around it stays. `at`: another address is another chance. */
export class Boundary extends Component<{ at: string; children: ReactNode }, { error?: unknown; at: string }> {
  override state: { error?: unknown; at: string } = { at: this.props.at }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  static getDerivedStateFromProps({ at }: { at: string }, state: { at: string }) {
    return state.at === at ? null : { at, error: undefined }
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <Crashed error={this.state.error} />
  }
}
