import { parentPort } from 'node:worker_threads'
import { type Shift, work } from './shift.ts'

parentPort?.on('message', async (shift: Shift) => {
  parentPort?.postMessage(await work(shift))
})
