import { useState } from 'react'
import { strings } from '../strings.ts'
import { IconButton } from './Button.tsx'
import { CheckIcon, CopyIcon } from './icons.tsx'
import { say, sayNow } from './Live.tsx'

/** Copies a text. `label` says what, e.g. "Copy the run's number". */
export function Copy({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      say(strings.parts.copied)
      setCopied(true)
      setTimeout(() => setCopied(false), 2000)
    } catch {
      sayNow(strings.parts.notCopied)
    }
  }
  return <IconButton label={copied ? strings.parts.copied : label} icon={copied ? CheckIcon : CopyIcon} onClick={() => void copy()} />
}
