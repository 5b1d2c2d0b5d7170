export interface Received {
  event: string
  id?: string
  // biome-ignore lint/suspicious/noExplicitAny: any of the stream's shapes
  data: any
  at: number
}

/** A page's end of the stream. */
export async function openStream(url: string, headers: Record<string, string> = {}) {
  const stopping = new AbortController()
  const answer = await fetch(`${url}/api/v1/stream`, { headers: { 'x-test-user': 'anna', ...headers }, signal: stopping.signal })
  const received: Received[] = []
  let ended = false
  const reading = (async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const piece of answer.body ?? []) {
      text += decoder.decode(piece, { stream: true })
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const fields = Object.fromEntries(
          part.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
        )
        if (fields.event === undefined) continue
        received.push({
          event: fields.event,
          ...(fields.id ? { id: fields.id } : {}),
          data: JSON.parse(fields.data ?? ''),
          at: performance.now(),
        })
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      ended = true
    })
  return {
    answer,
    received,
    ended: () => ended,
    of: (event: string) => received.filter((one) => one.event === event),
    async close() {
      stopping.abort()
      await reading
    },
  }
}
