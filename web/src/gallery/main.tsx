import { Fragment, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import type { Story } from './story.ts'
import '../styles/tokens.css'

const modules = import.meta.glob<{ stories: readonly Story[] }>('../**/*.stories.tsx', { eager: true })
const stories = Object.values(modules).flatMap((module) => module.stories)

/** `#name` shows one; without it, a list of all. Another name shows another, without loading anything again. */
function Gallery() {
  const wanted = useSyncExternalStore(
    (told) => {
      addEventListener('hashchange', told)
      return () => removeEventListener('hashchange', told)
    },
    () => decodeURIComponent(location.hash.slice(1)),
  )
  const story = stories.find(({ name }) => name === wanted)
  if (story) return <Fragment key={story.name}>{story.render()}</Fragment>
  return (
    <ul>
      {stories.map(({ name }) => (
        <li key={name}>
          <a href={`#${encodeURIComponent(name)}`}>{name}</a>
        </li>
      ))}
    </ul>
  )
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<Gallery />)
