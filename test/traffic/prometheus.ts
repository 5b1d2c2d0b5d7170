import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Json } from '../cluster/apiClient.ts'
import { type Child, startChild } from '../cluster/childProcess.ts'
import { METRICS_ADDRESS } from './network.ts'

export interface Prometheus {
  url: string
  /** The samples of an instant query. */
  query(text: string): Promise<{ metric: Record<string, string>; value: number }[]>
  /** Crashes it; what it has stored stays. */
  kill(): Promise<void>
  /** After a crash. Resolves when it answers queries. */
  start(): Promise<void>
}

export interface PrometheusOptions {
  binary: string
  /** For its configuration, its data and its log. */
  dir: string
  port: number
  /** The file_sd that the kubelet writes. */
  targetsFile: string
}

/** Scrapes the pods. What it collected outlives its crashes. */
export async function startPrometheus({ binary, dir, port, targetsFile }: PrometheusOptions): Promise<Prometheus> {
  mkdirSync(dir, { recursive: true })
  const config = join(dir, 'prometheus.yaml')
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: '2s', scrape_timeout: '2s' },
      scrape_configs: [{ job_name: 'pods', file_sd_configs: [{ files: [targetsFile], refresh_interval: '1s' }] }],
    }),
  )
  const url = `http://${METRICS_ADDRESS}:${port}`
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=${METRICS_ADDRESS}:${port}`]
  let child: Child
  const start = async () => {
    child = startChild([binary, ...flags], { logFile: join(dir, 'prometheus.log') })
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
      if (answer?.ok) return
      if (!child.running || attempt === 300) throw new Error(`Prometheus does not get ready:\n${child.tail()}`)
      await sleep(100)
    }
  }
  await start()
  return {
    url,
    async query(text) {
      const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: text }) })
      const { status, data, error } = (await answer.json()) as Json
      if (status !== 'success') throw new Error(`${text}: ${error}`)
      return data.result.map(({ metric, value }: Json) => ({ metric, value: Number(value[1]) }))
    },
    kill: () => child.kill(),
    start,
  }
}
