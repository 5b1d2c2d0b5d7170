import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Another program of this bench, that ends with it. */
export interface Helper {
  /** Where it answers. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts it and waits until it has said where it answers. */
export async function startHelper(program: URL): Promise<Helper> {
  const child = fork(program)
  const ended = once(child, 'exit')
  const url = await Promise.race([
    once(child, 'message').then(([said]) => String(said)),
    ended.then(([code]) => Promise.reject(new Error(`${program.pathname} ended with ${code}`))),
  ])
  return {
    url,
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
