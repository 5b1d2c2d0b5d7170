import { strings } from '../../strings.ts'

export function ReleasesScreen() {
  return (
    <main className="screen" id="main">
      <h1>{strings.frame.screens.releases}</h1>
    </main>
  )
}
