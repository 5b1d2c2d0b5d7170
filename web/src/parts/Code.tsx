import { strings } from '../strings.ts'
import { Copy } from './Copy.tsx'
import './Code.css'

/** A command or a manifest, to be copied. */
export function Code({ text, label = strings.parts.copy }: { text: string; label?: string }) {
  return (
    <div className="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} label={label} />
    </div>
  )
}
