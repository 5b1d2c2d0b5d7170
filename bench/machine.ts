import { cpus, totalmem } from 'node:os'

/** The kind of machine that figures come from; nothing that tells which one. */
export function machine(): { cpu: string; cores: number; memoryGiB: number; node: string } {
  const all = cpus()
  return { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version }
}
