#!/usr/bin/env node
import { systemClock } from '../clock.ts'
import { kubeconfigClusters } from './kubeconfigClusters.ts'
import { processIo } from './processIo.ts'
import { run } from './program.ts'
import { programName } from './programName.ts'

const interrupted = new AbortController()
const interrupt = () => {
  interrupted.abort()
  // What cannot be broken off, a request that hangs, shall not hold the person up.
  setTimeout(() => process.exit(130), 500).unref()
}
process.once('SIGINT', interrupt)
process.once('SIGTERM', interrupt)

const io = processIo(process, systemClock, interrupted.signal)
process.exitCode = await run({
  args: process.argv.slice(2),
  program: programName(process.argv[1] ?? ''),
  io,
  clusters: kubeconfigClusters(systemClock),
})
