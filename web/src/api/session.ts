import { type QueryClient, useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { LoginMethods, Session } from '../../../controller/src/server/dto/session.ts'
import { get, path, post, tellCsrf } from './client.ts'

export const sessionKey = ['session'] as const

let ended = false
const listeners = new Set<() => void>()

/** Told by whatever request the server answers with "log in first". */
export function sessionEnded(now: boolean): void {
  if (ended === now) return
  ended = now
  for (const listener of listeners) listener()
}

/** Whether one has to log in again. What is on the screen stays until then. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => ended,
  )
}

/** Who is logged in. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      const session = await get<Session>(path(['session']), signal)
      tellCsrf(session.csrf)
      return session
    },
    staleTime: 60_000,
  })
}

/** How one can log in. */
export function useLoginMethods() {
  return useQuery({ queryKey: ['login'], queryFn: ({ signal }) => get<LoginMethods>(path(['login']), signal), staleTime: 60_000 })
}

/** Logs in by a form of the login page. Nothing of the one before stays in the page. Throws as `post` does. */
export async function login(client: QueryClient, by: { token: string } | { name: string }): Promise<Session> {
  const session = await post<Session>(path(['login', 'token' in by ? 'token' : 'demo']), by)
  client.clear()
  tellCsrf(session.csrf)
  client.setQueryData(sessionKey, session)
  sessionEnded(false)
  return session
}

/** Gives the address where the browser has to go to be logged out there too. */
export async function logout(client: QueryClient): Promise<string | undefined> {
  const { next } = await post<{ next?: string }>(path(['logout']))
  client.clear()
  tellCsrf('')
  return next
}
