import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ClockProvider } from '../parts/Time.tsx'
import { storyNow } from './story.ts'

const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() })

/** A view as a story tells it: at the stories' instant, with links that lead nowhere. */
export function told(view: ReactNode): ReactNode {
  return (
    <RouterContextProvider router={router as never}>
      <ClockProvider now={storyNow} zone="utc">
        {view}
      </ClockProvider>
    </RouterContextProvider>
  )
}
