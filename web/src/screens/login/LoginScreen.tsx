import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { login, useLoginMethods } from '../../api/session.ts'
import { root } from '../../root.ts'
import { LoginView } from './LoginView.tsx'
import { returnToOf } from './returnTo.ts'

/** `?returnTo`: where one wanted to go. `?error`, `?request`: what a login elsewhere came to. */
export function LoginScreen() {
  const search = useSearch({ strict: false }) as Record<'returnTo' | 'error' | 'request', unknown>
  const returnTo = returnToOf(search.returnTo)
  const client = useQueryClient()
  const router = useRouter()
  const methods = useLoginMethods()
  const entering = useMutation({
    mutationFn: (by: { token: string } | { name: string }) => login(client, by),
    onSuccess: () => router.history.push(`${root.slice(0, -1)}${returnTo}`),
  })
  const by = entering.isPending ? entering.variables : undefined
  return (
    <LoginView
      {...(methods.data ? { methods: methods.data } : {})}
      error={methods.error}
      retry={() => void methods.refetch()}
      {...(typeof search.error === 'string' ? { why: search.error } : {})}
      {...(typeof search.request === 'string' ? { request: search.request } : {})}
      {...(by ? { busy: 'name' in by ? by.name : 'token' } : {})}
      refused={entering.error}
      hrefOf={({ href = '' }) => `${root}${href}?returnTo=${encodeURIComponent(`${root.slice(0, -1)}${returnTo}`)}`}
      onToken={(token) => entering.mutate({ token })}
      onPerson={(name) => entering.mutate({ name })}
    />
  )
}
