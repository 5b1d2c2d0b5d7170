import { setTimeout as sleep } from 'node:timers/promises'
import { conformanceSuite } from '../conformance/suite.ts'
import { clusterClients } from './clusterClients.ts'

/** RECORD=1 writes anew what the embedded cluster is held to. */
conformanceSuite(
  async () => {
    const { client, close } = clusterClients()
    const pass = async (ms: number) => {
      await sleep(ms)
    }
    return { target: { name: 'real', client, pass, expireHistory: async () => {} }, stop: async () => close() }
  },
  { recording: process.env.RECORD === '1' },
)
