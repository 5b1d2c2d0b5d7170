import { createRoot } from 'react-dom/client'
import type { Story } from './story.ts'
import '../styles/tokens.css'

const modules = import.meta.glob<{ stories: readonly Story[] }>('../**/*.stories.tsx', { eager: true })
const stories = Object.values(modules).flatMap((module) => module.stories)

/** `?story=name` shows one; without it, a list of all. */
function Gallery() {
  const wanted = new URLSearchParams(location.search).get('story')
  const story = stories.find(({ name }) => name === wanted)
  if (story) return story.render()
  return (
    <ul>
      {stories.map(({ name }) => (
        <li key={name}>
          <a href={`?story=${encodeURIComponent(name)}`}>{name}</a>
        </li>
      ))}
    </ul>
  )
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<Gallery />)
