import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { NotifierItem, NotifierTest } from '../../../../controller/src/server/dto/notifying.ts'
import { get, path, post } from '../../api/client.ts'
import { useToast } from '../../parts/Toasts.tsx'
import { strings } from '../../strings.ts'
import { keyOf, nameOf } from './choice.ts'

const words = strings.notifiers.test
const lookEveryMs = 1_000
const patienceMs = 30_000

export const notifiersKey = ['notifiers'] as const

/** What this page knows of a test beyond what the Notifier says. */
export type Trying = { state: 'asked' } | { state: 'late' } | { state: 'refused'; error: unknown }

/** Parts of the address of a Notifier in the API. */
export const addressOf = ({ scope, namespace = '-', name }: NotifierItem): string[] => ['notifiers', scope, namespace, name]

/** Sends tests, any number at once, and follows each until its result is there. The list shows what is found. */
export function useTests(): { trying: ReadonlyMap<string, Trying>; send(item: NotifierItem): void } {
  const client = useQueryClient()
  const toast = useToast()
  const [trying, setTrying] = useState<ReadonlyMap<string, Trying>>(new Map())
  const gone = useRef<AbortController>(undefined)
  useEffect(() => {
    const leaving = new AbortController()
    gone.current = leaving
    return () => leaving.abort()
  }, [])
  const note = (item: NotifierItem, next: Trying | undefined) =>
    setTrying((before) => {
      const after = new Map(before)
      if (next) after.set(keyOf(item), next)
      else after.delete(keyOf(item))
      return after
    })
  const { mutate } = useMutation({
    mutationFn: async (item: NotifierItem) => {
      const signal = gone.current?.signal
      const { id } = await post<NotifierTest>(path([...addressOf(item), 'test']))
      const found = await result(item, id, signal)
      if (signal?.aborted) return
      note(item, found ? undefined : { state: 'late' })
      if (!found?.test) return
      client.setQueryData<{ items: NotifierItem[] }>(
        notifiersKey,
        (before) => before && { items: before.items.map((one) => (keyOf(one) === keyOf(found) ? found : one)) },
      )
      const { test } = found
      toast(
        test.result === 'Sent'
          ? { tone: 'good', text: words.arrived(nameOf(item)) }
          : { tone: 'bad', text: words.failed(nameOf(item), test.message) },
      )
    },
    onMutate: (item) => note(item, { state: 'asked' }),
    onError: (error, item) => note(item, { state: 'refused', error }),
  })
  return { trying, send: (item) => mutate(item) }
}

/** The Notifier with the result of that test; undefined: none in time. */
async function result(item: NotifierItem, id: string, signal: AbortSignal | undefined): Promise<NotifierItem | undefined> {
  const end = Date.now() + patienceMs
  while (Date.now() < end && !signal?.aborted) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    const found = await get<NotifierItem>(path(addressOf(item)), signal)
    if (found.test?.id === id && found.test.result !== 'Sending') return found
  }
  return undefined
}
