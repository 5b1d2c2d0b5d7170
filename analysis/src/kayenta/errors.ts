export type KayentaErrorCode = 'all-tied' | 'no-samples' | 'bad-argument' | 'bad-config' | 'bad-query' | 'unpaired-metric' | 'bad-request'

/** An expected failure of this judge: `code` is stable, the message is a sentence for a person. */
export class KayentaError extends Error {
  readonly code: KayentaErrorCode

  constructor(code: KayentaErrorCode, message: string) {
    super(message)
    this.name = 'KayentaError'
    this.code = code
  }
}
