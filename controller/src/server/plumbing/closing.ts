import { systemClock as clock } from '../../clock.ts'
import type { App } from '../app.ts'

const atMostMs = 5_000
const lookMs = 25

/**
 * Answers under way are finished when the server ends, but whoever does not take his answer does not hold it up. Connections without a request
 * are cut at once: browsers open some beforehand, and Node would wait for their first. Sockets live in real time, whatever the server's clock is.
 */
export function closeSoon(app: App): void {
  let answering = 0
  app.server.on('request', (_, response) => {
    answering++
    response.once('close', () => {
      answering--
    })
  })
  app.addHook('preClose', async () => {
    const end = clock.now() + atMostMs
    const look = () => {
      if (!app.server.listening && (answering === 0 || clock.now() >= end)) app.server.closeAllConnections()
      else clock.after(lookMs, look)
    }
    clock.after(lookMs, look)
  })
}
