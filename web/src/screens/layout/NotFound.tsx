import { Link } from '@tanstack/react-router'
import { strings } from '../../strings.ts'

export function NotFound() {
  const words = strings.frame.notFound
  return (
    <main className="screen" id="main">
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <p>
        <Link to="/">{words.back}</Link>
      </p>
    </main>
  )
}
