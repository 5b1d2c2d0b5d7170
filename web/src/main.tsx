import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/queryClient.ts'
import { Live } from './parts/Live.tsx'
import { ClockProvider } from './parts/Time.tsx'
import { Toasts } from './parts/Toasts.tsx'
import { startPreferences, usePreferences } from './preferences.ts'
import { router } from './routes.tsx'
import './styles/tokens.css'
import './styles/base.css'

startPreferences()
const client = createQueryClient()

function Page() {
  const { zone } = usePreferences()
  return (
    <ClockProvider zone={zone}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toasts />
        <Live />
      </QueryClientProvider>
    </ClockProvider>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
}
