import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, Unreachable } from './client.ts'
import { sessionEnded } from './session.ts'

/** Asked again: what may be better next time. What was refused stays refused. */
export function worthRetrying(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && error.problem.status >= 500)
}

/** Old data stays on the screen while new data is fetched, and when it cannot be. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.problem.status === 401) sessionEnded(true)
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 10_000, retry: (count, error) => count < 2 && worthRetrying(error), networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
