// Many pages in a process of their own. Each notes when an event came that says when it was written.
import { Agent, get } from 'node:http'

const [url = '', count = '0'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
let late: number[] = []
let events = 0
const opened: Promise<void>[] = []

for (let n = 0; n < Number(count); n++) {
  opened.push(
    new Promise((resolve, reject) => {
      get(`${url}/api/v1/stream`, { agent, headers: { 'x-test-user': `user-${n}` } }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`page ${n}: ${answer.statusCode}`))
        resolve()
        answer.setEncoding('utf8').on('data', (text: string) => {
          const now = Date.now()
          for (const [, at] of text.matchAll(/written at (\d+)/g)) {
            events++
            late.push(now - Number(at))
          }
        })
      }).on('error', reject)
    }),
  )
  // A browser here and there, not all in one instant.
  if (n % 50 === 49) await Promise.all(opened)
}
await Promise.all(opened)
process.on('message', () => {
  process.send?.({ late, events })
  late = []
})
process.on('disconnect', () => process.exit())
process.send?.({ opened: opened.length })
