/** Part of a query in which characters stand for themselves: a string, a pattern, a comment. */
export interface Literal {
  readonly open: string
  readonly close: string
  readonly kind: 'string' | 'regex' | 'comment'
  /** Makes the next character stand for itself. Left out: nothing does, so what would close the literal cannot be inserted. */
  readonly escape?: string
  /** Whether it opens here, by what stands before. Left out: always. */
  readonly opens?: (before: string) => boolean
}

/** What stands around a placeholder. */
export type Context =
  | { readonly in: 'bare'; readonly before: string; readonly after: string }
  | {
      readonly in: 'literal'
      readonly literal: Literal
      /** The text is read as a pattern. */
      readonly regex: boolean
      /** The placeholder is the whole literal, or the whole of the pattern in it. */
      readonly whole: boolean
    }

/** How values are written into queries of one language. */
export interface Language {
  readonly literals: readonly Literal[]
  /** Whether a string is a pattern: by what stands before it, and what stands in it before the placeholder. A literal of kind regex always is. */
  readonly isRegex?: (before: string, inside: string) => boolean
  /** How to ask for the pods of a version. Undefined: there are no patterns. */
  readonly podsBy?: string
  /** A pattern matches anywhere in a text unless it says otherwise. */
  readonly unanchored?: true
  /**
   * The text as it is written in the query, so that it cannot end the literal or the word that it stands in. Where the context is a pattern, it is
   * one already. Throws a TemplateError when it cannot be written there.
   */
  escape(text: string, context: Context): string
  /** A length of time, e.g. `30s`. */
  interval(milliseconds: number): string
}

/** `30s`; below a second `500ms`. */
export const seconds = (milliseconds: number) => (milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`)
