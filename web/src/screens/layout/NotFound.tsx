import { Link } from '@tanstack/react-router'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { strings } from '../../strings.ts'

export function NotFound() {
  const words = strings.frame.notFound
  return (
    <main className="screen" id="main">
      <EmptyState title={words.title} text={words.text} actions={<Link to="/">{words.back}</Link>} />
    </main>
  )
}
