import { renameSync, writeFileSync } from 'node:fs'
import type { PodRun } from './podRun.ts'

/** A list of pods for Prometheus' file_sd: those with the annotation prometheus.io/scrape, labelled as kubernetes_sd usually is. */
export function scrapeTargets(pods: readonly PodRun[]): { targets: string[]; labels: Record<string, string> }[] {
  return pods
    .filter(({ pod }) => pod.metadata.annotations?.['prometheus.io/scrape'] === 'true')
    .map(({ pod, address }) => ({
      targets: [`${address}:${pod.metadata.annotations['prometheus.io/port'] ?? 8080}`],
      labels: {
        namespace: pod.metadata.namespace,
        pod: pod.metadata.name,
        app: pod.metadata.labels?.app ?? '',
        pod_template_hash: pod.metadata.labels?.['pod-template-hash'] ?? '',
      },
    }))
}

/** Replaces the file in one go: Prometheus never reads half of it. */
export function writeTargets(file: string, targets: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(targets))
  renameSync(`${file}.new`, file)
}
